import {
  order as orderSchema,
  orderPage,
  payment as paymentSchema,
  ticket as ticketSchema,
  type Order,
  type Ticket,
} from '@gittix/common/api';
import type { OrderGroup, OrderView } from '../../features/orders/view';
import { idFrom, page, type PageContext } from '../page';
import { ApiFailure } from '../services';
import { groupOrders, toOrderView } from '../views/orders';

const PER_PAGE = 20;

export interface OrdersProps {
  groups: OrderGroup[];
  page: number;
  pages: number;
}

/** The buyer's orders; dates of the events for those that were paid. */
export const loadOrders = page(
  async (context): Promise<OrdersProps> => {
    const asked = Number(context.query.page ?? 1);
    const at = Number.isInteger(asked) && asked >= 1 && asked <= 10_000 ? asked : 1;
    const found = await context.get('orders', `/api/orders?page=${at}&perPage=${PER_PAGE}`, orderPage);
    const tickets = await ticketsOf(
      context,
      found.items.filter(({ status }) => status === 'complete'),
    );
    const orders = found.items.map((order) => toOrderView(order, context.t, { tickets }));
    return { groups: groupOrders(orders, context.now), page: found.page, pages: found.totalPages };
  },
  { signedIn: true },
);

export interface OrderProps {
  order: OrderView;
}

/** One order with what payments and tickets know about it. */
export const loadOrder = page(
  async (context): Promise<OrderProps> => {
    const id = idFrom(context.params);
    const order = await context.get('orders', `/api/orders/${id}`, orderSchema);
    const [payment, tickets] = await Promise.all([
      orNothing(context.get('payments', `/api/payments/${id}`, paymentSchema)),
      ticketsOf(context, [order]),
    ]);
    return { order: toOrderView(order, context.t, { payment, tickets }) };
  },
  { signedIn: true },
);

/** The tickets in these orders as far as they can be had; titles and prices do not depend on it. */
async function ticketsOf(context: PageContext, orders: Order[]): Promise<Map<string, Ticket>> {
  const ids = [...new Set(orders.flatMap(({ items }) => items.map(({ ticketId }) => ticketId)))];
  const found = await Promise.all(
    ids.map((id) => orNothing(context.get('tickets', `/api/tickets/${id}`, ticketSchema))),
  );
  return new Map(found.flatMap((ticket) => (ticket ? [[ticket.id, ticket]] : [])));
}

/** For what a page can do without: services log their failures, the page goes on. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiFailure) return undefined;
    throw error;
  }
}
