import type { Random } from '../random';

const MOST_TICKETS = 60;
const MOST_ORDERS = 200;
const MOST_SALES = 100;

export interface Sale {
  orderId: string;
  ticketIds: readonly string[];
}

/** What the actors know of each other: listings to fight for, orders to steal. */
export class Board {
  private readonly listings: { id: string; sellerId: string }[] = [];
  private readonly orders: string[] = [];
  private readonly sellers = new Map<string, string>();
  private readonly paid: Sale[] = [];

  list(listing: { id: string; sellerId: string }): void {
    this.sellers.set(listing.id, listing.sellerId);
    this.listings.push(listing);
    if (this.listings.length > MOST_TICKETS) this.listings.shift();
  }

  /** Sold or withdrawn: of no more use to buyers. */
  drop(ticketId: string): void {
    const index = this.listings.findIndex(({ id }) => id === ticketId);
    if (index >= 0) this.listings.splice(index, 1);
  }

  /** What an operator may refund, and a thief would like to. */
  sold(sale: Sale): void {
    this.paid.push(sale);
    if (this.paid.length > MOST_SALES) this.paid.shift();
  }

  takeSale(random: Random): Sale | undefined {
    return this.paid.length > 0 ? this.paid.splice(random.between(0, this.paid.length - 1), 1)[0] : undefined;
  }

  anySale(random: Random): string | undefined {
    return this.paid.length > 0 ? random.pick(this.paid).orderId : undefined;
  }

  /** A refund gave it back to its seller: somebody else may buy it. */
  offerAgain(ticketId: string): void {
    const sellerId = this.sellers.get(ticketId);
    if (sellerId !== undefined) this.list({ id: ticketId, sellerId });
  }

  reserved(orderId: string): void {
    this.orders.push(orderId);
    if (this.orders.length > MOST_ORDERS) this.orders.shift();
  }

  get size(): number {
    return this.listings.length;
  }

  /** One to three different tickets, mostly one; few are hot, so that buyers meet. */
  tickets(random: Random): string[] {
    const count = random.chance(0.75) ? 1 : random.between(2, 3);
    const hot = random.chance(0.5) ? this.listings.slice(0, 5) : this.listings;
    return random
      .shuffled(hot)
      .slice(0, count)
      .map(({ id }) => id);
  }

  anyTicket(random: Random): string | undefined {
    return this.listings.length > 0 ? random.pick(this.listings).id : undefined;
  }

  ticketOf(sellerId: string, random: Random): string | undefined {
    const own = this.listings.filter((listing) => listing.sellerId === sellerId);
    return own.length > 0 ? random.pick(own).id : undefined;
  }

  anyOrder(random: Random): string | undefined {
    return this.orders.length > 0 ? random.pick(this.orders) : undefined;
  }
}
