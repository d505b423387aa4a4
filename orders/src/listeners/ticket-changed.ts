import { on, type Listener } from '@gittix/common/service';
import type { Deps } from '../deps';
import { recordTicket } from '../use-cases/record-ticket';

export const ticketChanged = (deps: Deps): Listener =>
  on(['TicketCreated', 'TicketUpdated'], (event) => recordTicket(deps, event.data));
