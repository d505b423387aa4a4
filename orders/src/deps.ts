import type { Logger } from '@gittix/common/logging';
import type { Relay } from '@gittix/common/outbox';
import type { Models } from './data';

/** Everything the use cases work with. */
export interface Deps extends Models {
  relay: Relay;
  logger: Logger;
  /** The clock of this process; orders expire by it. */
  now: () => Date;
  /** A fresh order id. */
  newId: () => string;
  /** Length of a first hold. */
  ttlMs: number;
  /** Pauses between the looks for a ticket that has not arrived here yet; together the longest wait. */
  ticketPausesMs: readonly number[];
}
