import type { StreamEvent } from './evidence';

/** Undefined when the bytes are no event. */
export function parseEnvelope(body: string): StreamEvent['envelope'] {
  try {
    const { id, type, subject, data } = JSON.parse(body) as NonNullable<StreamEvent['envelope']>;
    return { id, type, subject, data };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
