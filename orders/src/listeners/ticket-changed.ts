import { on, type Listener } from '@gittix/common/service';
import { ticketEventTypes } from '@gittix/common/events';
import type { Deps } from '../deps';
import { recordTicket } from '../use-cases/record-ticket';

export const ticketChanged = (deps: Deps): Listener =>
  on(ticketEventTypes, (event) => recordTicket(deps, event.data));
