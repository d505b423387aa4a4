import { sameMoney, sum, type Money, type OrderItem } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';

export const MOST_TICKETS = 8;

/** What orders knows of a ticket: its copy of tickets' state. Its `status` is no guard, the unique index on `holds` decides. */
export interface TicketFacts {
  id: string;
  title: string;
  price: Money;
  sellerId: string;
  startsAt?: string | undefined;
  withdrawn: boolean;
}

export interface Wish {
  buyerId: string;
  buyerBanned: boolean;
  tickets: TicketFacts[];
  expectedTotal?: Money | undefined;
}

/** The ids without repetitions, or 422: an order has 1 to 8 tickets. */
export function distinctTickets(ticketIds: string[]): string[] {
  const distinct = [...new Set(ticketIds)];
  if (distinct.length >= 1 && distinct.length <= MOST_TICKETS) return distinct;
  const message = distinct.length === 0 ? 'Name at least one ticket' : 'At most 8 tickets in one order';
  throw new AppError('ticket_count', { message, errors: [{ field: 'ticketIds', message }] });
}

/** The frozen items and total of an order that may be placed now; else the AppError that says why not. */
export function assess(wish: Wish, now: Date): { items: OrderItem[]; total: Money } {
  if (wish.buyerBanned) throw new AppError('buyer_banned');
  for (const ticket of wish.tickets) assessTicket(ticket, wish.buyerId, now);
  const items = wish.tickets.map(({ id, title, price }) => ({ ticketId: id, title, price }));
  const total = sum(wish.tickets.map(({ price }) => price));
  if (wish.expectedTotal && !sameMoney(wish.expectedTotal, total)) {
    throw new AppError('price_changed', { details: { total } });
  }
  return { items, total };
}

function assessTicket(ticket: TicketFacts, buyerId: string, now: Date): void {
  const details = { ticketId: ticket.id };
  if (ticket.sellerId === buyerId) throw new AppError('own_ticket', { details });
  if (ticket.withdrawn) throw new AppError('ticket_withdrawn', { details });
  if (ticket.startsAt !== undefined && new Date(ticket.startsAt) <= now) {
    throw new AppError('event_in_past', { details });
  }
}
