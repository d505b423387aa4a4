import { decodeEvent, UnknownEventType, type AnyEvent, type EventType } from '../events';
import type { Logger } from '../logging';
import { readFence } from './fence';

/** Passes one replayed message on; what cannot be read is logged and left out, for the dead letters belong to the subscriptions. Never throws. */
export function createReplayReader(options: {
  types: readonly EventType[];
  on(event: AnyEvent): void;
  logger: Logger;
}): (message: { subject: string; body: Uint8Array }) => void {
  const wanted = new Set<string>(options.types);
  return ({ subject, body }) => {
    if (readFence(body) !== undefined) return;
    try {
      const event = decodeEvent(body);
      if (wanted.has(event.type)) options.on(event);
    } catch (err) {
      if (err instanceof UnknownEventType) return;
      options.logger.warn({ err, subject }, 'replayed message left out');
    }
  };
}
