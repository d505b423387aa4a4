import { AppError } from '@gittix/common/errors';
import type { OrderDocument } from '../data';
import type { Deps } from '../deps';
import { settleOrder } from './settle-order';

/** The 409 that names the order in the way, if there is one. One whose time is over is expired on the spot. */
export async function findHolder(
  deps: Deps,
  buyerId: string,
  ticketIds: string[],
): Promise<AppError | undefined> {
  const now = deps.now();
  const holders = await deps.orders.find({ holds: { $in: ticketIds } });
  for (const holder of holders) {
    const overdue = holder.status === 'created' && holder.expiresAt <= now;
    const current = overdue ? await settleOrder(deps, holder.id) : holder;
    const ticketId = ticketIds.find((id) => current?.holds.includes(id));
    if (current && ticketId !== undefined) return refusal(current, ticketId, buyerId);
  }
  return undefined;
}

function refusal(holder: OrderDocument, ticketId: string, buyerId: string): AppError {
  // Who else holds it is nobody's business; one's own order is.
  const own = holder.userId === buyerId ? { orderId: holder.id } : {};
  if (holder.status === 'complete') return new AppError('ticket_sold', { details: { ticketId, ...own } });
  return new AppError('ticket_reserved', {
    ...('orderId' in own ? { message: 'You have reserved this ticket already' } : {}),
    details: { ticketId, reservedUntil: holder.expiresAt.toISOString(), ...own },
  });
}
