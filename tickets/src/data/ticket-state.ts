import type { Ticket } from '@gittix/common/api';
import type { TicketState } from '@gittix/common/events';
import type { TicketRecord } from './ticket-model';

/** The ticket's whole public state, as its events carry it. */
export function toState(doc: TicketRecord & { id: string }, version: number): TicketState {
  const { title, sellerId, status, orderId, venue, city, timeZone, category, section, row, seat, notes } =
    doc;
  return withoutUndefined({
    id: doc.id,
    version,
    title,
    price: { amount: doc.price.amount, currency: doc.price.currency },
    sellerId,
    status,
    reservedUntil: doc.reservedUntil?.toISOString(),
    orderId,
    venue,
    city,
    startsAt: doc.startsAt?.toISOString(),
    timeZone,
    category,
    section,
    row,
    seat,
    notes,
    withdrawnAt: doc.withdrawnAt?.toISOString(),
    createdAt: doc.createdAt.toISOString(),
    updatedAt: doc.updatedAt.toISOString(),
  });
}

/** The ticket as one caller may see it: which order holds it is told to that order's buyer only. */
export function toResource(doc: TicketRecord & { id: string }, callerId: string | undefined): Ticket {
  const { orderId, ...ticket } = toState(doc, doc.version);
  const buyerId = orderId && doc.orders.get(orderId)?.userId;
  return orderId && buyerId === callerId ? { ...ticket, orderId } : ticket;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
