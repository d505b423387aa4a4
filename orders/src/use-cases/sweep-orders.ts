import type { OrderStatus } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import { readBanned, readPayments, readTickets } from '../data';
import type { Deps } from '../deps';
import { paymentVerdict } from '../domain/payment-verdict';
import { settleOrder } from './settle-order';

const AT_ONCE = 8;
const UNDECIDED: OrderStatus[] = ['created', 'secured'];

/** Expires what is overdue, oldest first, at most `limit` orders; answers how many it looked at. Alone it is enough, hints only make it punctual. */
export async function expireOverdue(deps: Deps, limit: number): Promise<number> {
  await faultPoint('orders.sweep.begun');
  const overdue = await deps.orders
    .find({ status: 'created', expiresAt: { $lte: deps.now() } }, { _id: 1 })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .lean();
  await settleAll(
    deps,
    overdue.map(({ _id }) => _id.toHexString()),
  );
  return overdue.length;
}

/**
 * Settles those of the next `limit` undecided orders for which something is known that they have not answered yet: a
 * verdict of their payment, a withdrawn ticket, a banned buyer. Answers where to go on, undefined when the end was reached.
 */
export async function redecide(deps: Deps, limit: number, after?: string): Promise<string | undefined> {
  const orders = await deps.orders
    .find(
      { status: { $in: UNDECIDED }, ...(after ? { _id: { $gt: after } } : {}) },
      { status: 1, userId: 1, items: 1 },
    )
    .sort({ _id: 1 })
    .limit(limit)
    .lean();
  const live = orders.map(({ _id, status, userId, items }) => ({
    id: _id.toHexString(),
    open: status === 'created',
    userId,
    ticketIds: items.map(({ ticketId }) => ticketId),
  }));
  const open = live.filter((order) => order.open);
  const [payments, banned, tickets] = await Promise.all([
    readPayments(
      deps.payments,
      live.map(({ id }) => id),
    ),
    readBanned(
      deps.users,
      open.map(({ userId }) => userId),
    ),
    readTickets(
      deps.tickets,
      open.flatMap(({ ticketIds }) => ticketIds),
    ),
  ]);
  const withdrawn = new Set(tickets.filter((ticket) => ticket.withdrawn).map(({ id }) => id));
  const wanting = live.filter(
    ({ id, open, userId, ticketIds }) =>
      paymentVerdict(payments.get(id)) ||
      (open && (banned.has(userId) || ticketIds.some((ticketId) => withdrawn.has(ticketId)))),
  );
  await settleAll(
    deps,
    wanting.map(({ id }) => id),
  );
  return orders.length < limit ? undefined : live.at(-1)?.id;
}

/** A failing order must not keep the others from their turn; the next round meets it again. */
async function settleAll(deps: Deps, ids: string[]): Promise<void> {
  const waiting = [...ids];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await settleOrder(deps, id);
      } catch (err) {
        deps.logger.warn({ err, orderId: id }, 'could not settle an order, the next round will');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
