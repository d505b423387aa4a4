import type { Order, Payment, Ticket } from '@gittix/common/api';
import type { OrderGroup, OrderView } from '../../features/orders/view';
import type { Texts } from '../../texts';
import { toCard } from './tickets';

/** A hold can be extended this often (design: order states). */
const EXTENSIONS = 2;

/** Wire order, with its payment and tickets as far as they are known -> page. */
export function toOrderView(
  order: Order,
  t: Texts,
  more: { payment?: Payment | undefined; tickets?: ReadonlyMap<string, Ticket> } = {},
): OrderView {
  return {
    id: order.id,
    version: order.version,
    status: order.status,
    items: order.items.map((item) => {
      const ticket = more.tickets?.get(item.ticketId);
      // Title and price are the order's own, frozen when it was made.
      const { starts, place, seat } = ticket ? toCard(ticket, t) : {};
      return { ...item, starts, place, seat };
    }),
    total: order.total,
    createdAt: order.createdAt,
    expiresAt: order.expiresAt,
    reason: order.reason,
    paymentStatus: more.payment?.status,
    authorizedAt: more.payment?.authorizedAt,
    timeline: order.timeline.map(({ at, event }) => ({ at, event })),
    canExtend: order.timeline.filter(({ event }) => event === 'OrderUpdated').length < EXTENSIONS,
  };
}

/** Waiting for money first, then tickets to look forward to, then what is over. Keeps the order within each group. */
export function groupOrders(orders: OrderView[], now: number): OrderGroup[] {
  const groupOf = (order: OrderView): OrderGroup['name'] => {
    if (order.status === 'created' || order.status === 'secured') return 'toPay';
    if (order.status !== 'complete') return 'past';
    const over = order.items.every(({ starts }) => starts !== undefined && Date.parse(starts.iso) <= now);
    return over ? 'past' : 'upcoming';
  };
  return (['toPay', 'upcoming', 'past'] as const)
    .map((name) => ({ name, orders: orders.filter((order) => groupOf(order) === name) }))
    .filter((group) => group.orders.length > 0);
}
