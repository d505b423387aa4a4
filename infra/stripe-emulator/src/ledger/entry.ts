import { z } from 'zod';
import type { Changes, EventType } from '../domain/records';

export type Operation =
  | 'payment_intent.create'
  | 'payment_intent.confirm'
  | 'payment_intent.authenticate'
  | 'payment_intent.capture'
  | 'payment_intent.cancel'
  | 'payment_method.create'
  | 'refund.create'
  | 'refund.settle'
  | 'webhook.delivered'
  | 'webhook.dropped'
  | 'webhook.given_up';

/** A webhook owed to the shop, with the object as it was at that moment. */
export interface StoredEvent {
  id: string;
  type: EventType;
  created: number;
  object: unknown;
  request: { id: string | null; idempotencyKey: string | null };
}

/** The first answer under an Idempotency-Key, replayed byte for byte. */
export interface StoredReply {
  key: string;
  /** Method and path; a key belongs to the endpoint it was first used for. */
  endpoint: string;
  /** SHA-256 of the parameters, so that no parameter is kept. */
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  atMs: number;
}

/** One line of the ledger: everything one request changed. A line is there as a whole or not at all. */
export interface LedgerEntry {
  seq: number;
  atMs: number;
  operation: Operation;
  requestId: string | null;
  /** The HTTP status it was answered with; null for what happened by itself. */
  status: number | null;
  /** The id of the object the request was about. */
  subject: string | null;
  changes: Changes;
  events: StoredEvent[];
  reply: StoredReply | null;
}

export type NewEntry = Omit<LedgerEntry, 'seq'>;

const frame = z.looseObject({
  seq: z.int().positive(),
  atMs: z.number(),
  operation: z.string(),
  changes: z.looseObject({}),
  events: z.array(z.unknown()),
});

/** Throws when a line is no entry; the members inside are ours and trusted. */
export function parseEntry(line: string): LedgerEntry {
  return frame.parse(JSON.parse(line)) as unknown as LedgerEntry;
}
