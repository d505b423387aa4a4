import type { TicketState } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import { keepNewest } from '@gittix/common/mongo';
import { isWithdrawn } from '../data';
import type { Deps } from '../deps';
import { settleOrder } from './settle-order';

/**
 * Brings the copy of a ticket up to date. Then, copy newer or not (the last try may have died between the two), an unpaid
 * order that holds a withdrawn ticket is settled.
 */
export async function recordTicket(deps: Deps, ticket: TicketState): Promise<void> {
  await keepNewest(deps.tickets, ticket.id, ticket);
  await faultPoint('orders.ticket-copy.written');
  if (!isWithdrawn(ticket)) return;
  const holders = await deps.orders.find({ holds: ticket.id, status: 'created' }, { _id: 1 });
  for (const { id } of holders) await settleOrder(deps, id);
}
