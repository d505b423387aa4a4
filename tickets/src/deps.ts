import type { Relay } from '@gittix/common/outbox';
import type { TicketModel } from './data/ticket-model';

/** Everything the use cases work with. */
export interface Deps {
  tickets: TicketModel;
  relay: Relay;
  now: () => Date;
}
