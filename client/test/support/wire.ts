import type { Order, Payment, Ticket } from '@gittix/common/api';

export const SELLER = 'a'.repeat(24);
export const BUYER = 'b'.repeat(24);
export const TICKET = 'c'.repeat(24);
export const ORDER = 'd'.repeat(24);

/** A ticket as the API answers it. */
export function aTicket(changes: Partial<Ticket> = {}): Ticket {
  return {
    id: TICKET,
    version: 0,
    title: 'Swan Lake',
    price: { amount: 2000, currency: 'usd' },
    sellerId: SELLER,
    status: 'available',
    venue: 'Royal Albert Hall',
    city: 'London',
    startsAt: '2099-06-12T18:30:00.000Z',
    timeZone: 'Europe/London',
    category: 'theatre',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

/** A ticket of which only what must be is told. */
export function aBareTicket(): Ticket {
  const { id, version, title, price, sellerId, status, createdAt, updatedAt } = aTicket();
  return { id, version, title, price, sellerId, status, createdAt, updatedAt };
}

export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    id: ORDER,
    version: 0,
    userId: BUYER,
    status: 'created',
    items: [{ ticketId: TICKET, title: 'Swan Lake', price: { amount: 2000, currency: 'usd' } }],
    total: { amount: 2000, currency: 'usd' },
    createdAt: '2026-11-21T12:00:00.000Z',
    expiresAt: '2099-11-21T12:15:00.000Z',
    timeline: [{ at: '2026-11-21T12:00:00.000Z', event: 'OrderCreated', by: `buyer:${BUYER}` }],
    ...changes,
  };
}

export function aPayment(changes: Partial<Payment> = {}): Payment {
  return {
    orderId: ORDER,
    status: 'started',
    amount: { amount: 2000, currency: 'usd' },
    clientSecret: 'pi_1_secret_2',
    publishableKey: 'pk_test_1',
    stripeJsUrl: 'https://js.stripe.com/v3/',
    createdAt: '2026-11-21T12:00:01.000Z',
    ...changes,
  };
}

export function aPage<T>(items: T[], changes: object = {}) {
  return { items, page: 1, perPage: 20, totalItems: items.length, totalPages: 1, ...changes };
}
