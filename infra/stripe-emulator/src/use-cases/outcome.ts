import type { Changes, EventType } from '../domain/records';
import type { Operation } from '../ledger/entry';
import type { State } from '../ledger/state';

/** What use cases read and are given; none of them waits or writes. */
export interface UseCaseDeps {
  state: State;
  newId: (prefix: string) => string;
  publicUrl: string;
  /** How much later pending and failing refunds reach their end. */
  refundSettleMs: number;
}

/** Answer, changes and events of one request; all of it becomes one line of the ledger. */
export interface Outcome {
  status: number;
  body: unknown;
  operation: Operation;
  subject: string | null;
  changes: Changes;
  events: { type: EventType; object: unknown }[];
}
