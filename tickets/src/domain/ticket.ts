import type { ListingRequest, Money, OrderStatus, TicketStatus } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';

/** What tickets remembers of an order that names the ticket: the newest version it heard of. */
export interface OrderEntry {
  version: number;
  status: OrderStatus;
  userId: string;
  expiresAt: Date;
  /** When that version was made; tells when a dead entry may go. */
  at: Date;
}

/** The seller's words and price. */
export interface Listing extends Omit<ListingRequest, 'startsAt'> {
  price: Money;
  startsAt?: Date | undefined;
}

/** What follows from the orders and the withdrawal; never set by hand. */
export interface Availability {
  status: TicketStatus;
  reservedUntil?: Date;
  orderId?: string;
}

const DEAD: ReadonlySet<OrderStatus> = new Set(['cancelled', 'expired', 'refunded']);
const KEEP_DEAD_MS = 15 * 24 * 3_600_000;

/** Sold if an order is complete, else reserved if one is created or secured, else withdrawn if it was, else available. */
export function availability(
  orders: ReadonlyMap<string, OrderEntry>,
  withdrawnAt: Date | undefined,
): Availability {
  const withStatus = (...statuses: OrderStatus[]) =>
    [...orders].find(([, entry]) => statuses.includes(entry.status));
  const sold = withStatus('complete');
  if (sold) return { status: 'sold', orderId: sold[0] };
  const held = withStatus('secured') ?? withStatus('created');
  if (held) return { status: 'reserved', orderId: held[0], reservedUntil: held[1].expiresAt };
  return { status: withdrawnAt ? 'withdrawn' : 'available' };
}

/** A stale entry must never free another buyer's ticket, nor a late one take it back. */
export function isNewer(entry: OrderEntry, known: OrderEntry | undefined): boolean {
  return known === undefined || entry.version > known.version;
}

/** Orders that ended so long ago that no late event of theirs can come any more. */
export function forgettable(orders: ReadonlyMap<string, OrderEntry>, now: Date): string[] {
  return [...orders]
    .filter(([, { status, at }]) => DEAD.has(status) && now.getTime() - at.getTime() > KEEP_DEAD_MS)
    .map(([id]) => id);
}

/** Strangers hear 403 before they hear anything about the ticket; a held, sold or withdrawn ticket stays as it is. */
export function assertSellerMayChange(ticket: Availability & { sellerId: string }, userId: string): void {
  if (ticket.sellerId !== userId)
    throw new AppError('forbidden', { message: 'Only its seller may change a ticket' });
  switch (ticket.status) {
    case 'available':
      return;
    case 'reserved':
      throw new AppError('ticket_reserved', {
        message: 'A buyer holds this ticket; it can be changed when the hold ends',
        details: { reservedUntil: ticket.reservedUntil?.toISOString() },
      });
    case 'sold':
      throw new AppError('ticket_sold', { message: 'This ticket is sold and can no longer be changed' });
    case 'withdrawn':
      throw new AppError('ticket_withdrawn', {
        message: 'This ticket was withdrawn and can no longer be changed',
      });
  }
}

export function assertInFuture(listing: Pick<Listing, 'startsAt'>, now: Date): void {
  if (listing.startsAt && listing.startsAt <= now) {
    throw new AppError('event_in_past', {
      errors: [{ field: 'startsAt', message: 'The event must lie in the future' }],
    });
  }
}
