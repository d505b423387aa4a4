import type { Ticket } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate, stageEvent } from '@gittix/common/outbox';
import { toResource, toState } from '../data/ticket-state';
import type { Deps } from '../deps';
import { assertSellerMayChange } from '../domain/ticket';
import { findTicket } from './find-ticket';

/** Takes a ticket off sale. Doing it again changes nothing. */
export async function withdrawTicket(
  deps: Deps,
  input: { ticketId: string; userId: string },
): Promise<Ticket> {
  const at = deps.now();
  const { doc } = await changeAggregate({
    relay: deps.relay,
    load: () => findTicket(deps, input.ticketId),
    decide: (ticket) => {
      if (ticket.sellerId === input.userId && ticket.withdrawnAt) return false;
      assertSellerMayChange(ticket, input.userId);
      ticket.withdrawnAt = at;
      ticket.status = 'withdrawn';
      ticket.updatedAt = at;
      stageEvent(ticket, { type: 'TicketUpdated', at, toData: (version) => toState(ticket, version) });
      return true;
    },
    moments: {
      saving: () => faultPoint('tickets.withdraw.saving'),
      saved: () => faultPoint('tickets.withdraw.saved'),
    },
  });
  return toResource(doc, input.userId);
}
