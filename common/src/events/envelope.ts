import { z } from 'zod';
import { PermanentError } from '../errors';
import { eventOrigin, eventSchemas, type EventData, type EventType } from './registry';

/** Events larger than this are refused before the commit and dead-lettered when received. */
export const MAX_EVENT_BYTES = 256 * 1024;

/** The schema version this release speaks, for every type. A v2 comes with an upcaster (see README, "changing an event"). */
const SCHEMA_VERSION = 'v1';

/** A CloudEvents 1.0 JSON envelope. `id` is also the broker's message id. */
export interface Envelope<T extends EventType = EventType> {
  specversion: '1.0';
  id: string;
  type: T;
  source: string;
  /** The aggregate's id. */
  subject: string;
  /** ISO instant of the change. */
  time: string;
  datacontenttype: 'application/json';
  /** `<type>/v<n>`. */
  dataschema: string;
  /** W3C trace context of the request or event that caused this one. */
  traceparent?: string;
  data: EventData<T>;
}

/** An envelope whose `type` tells the type of `data` in a `switch`. */
export type AnyEvent = { [T in EventType]: Envelope<T> }[EventType];

const envelopeShape = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(200),
  type: z.string().min(1),
  source: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().min(1),
  traceparent: z.string().optional(),
  data: z.unknown(),
});

export interface NewEvent<T extends EventType> {
  type: T;
  /** The aggregate's id; `idSuffix` completes the event id: the version for an aggregate, the deadline in ms for ExpirationDue. */
  subject: string;
  idSuffix: number;
  time: Date;
  data: EventData<T>;
  traceparent?: string | undefined;
}

/** Builds and validates an event; the id is `<aggregate>.<subject>.<idSuffix>`. Throws when data breaks the schema or is too large: a bug of the caller. */
export function createEvent<T extends EventType>(event: NewEvent<T>): Envelope<T> {
  const { aggregate, source } = eventOrigin[event.type];
  const data = eventSchemas[event.type].parse(event.data) as EventData<T>;
  const envelope: Envelope<T> = {
    specversion: '1.0',
    id: `${aggregate}.${event.subject}.${event.idSuffix}`,
    type: event.type,
    source,
    subject: event.subject,
    time: event.time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `${event.type}/${SCHEMA_VERSION}`,
    ...(event.traceparent ? { traceparent: event.traceparent } : {}),
    data,
  };
  if (encodeEvent(envelope).byteLength > MAX_EVENT_BYTES) {
    throw new Error(`event ${envelope.id} is larger than ${MAX_EVENT_BYTES} bytes`);
  }
  return envelope;
}

export function encodeEvent(event: Envelope): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event));
}

/** A type this release does not know: acknowledged and counted, not a dead letter. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
  constructor(readonly type: string) {
    super(`unknown event type ${type}`);
  }
}

/** Bytes from the bus -> event. Throws PermanentError when they are too large, do not parse or have another schema version, UnknownEventType for a foreign type. */
export function decodeEvent(bytes: Uint8Array): AnyEvent {
  if (bytes.byteLength > MAX_EVENT_BYTES) {
    throw new PermanentError(`message of ${bytes.byteLength} bytes is larger than ${MAX_EVENT_BYTES}`);
  }
  const envelope = parse(envelopeShape, json(bytes), 'envelope');
  if (!Object.hasOwn(eventSchemas, envelope.type)) throw new UnknownEventType(envelope.type);
  const type = envelope.type as EventType;
  if (envelope.dataschema !== `${type}/${SCHEMA_VERSION}`) {
    throw new PermanentError(
      `unknown schema ${envelope.dataschema}, this release reads ${type}/${SCHEMA_VERSION}`,
    );
  }
  // Producers are strict, readers are not: an optional field that a newer release adds is no error here.
  const data = parse<unknown>(eventSchemas[type].strip(), envelope.data, `data of ${type}`);
  return { ...envelope, type, data } as AnyEvent;
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PermanentError('message is not JSON', { cause });
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`);
  throw new PermanentError(`${what} is not valid: ${problems.join('; ')}`);
}
