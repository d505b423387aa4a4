import type { EventData, EventType, NewEvent } from '../../src/events';

const seller = '65f000000000000000000001';
const buyer = '65f000000000000000000002';
const ticketId = '65f0000000000000000000a1';
const orderId = '65f0000000000000000000b1';
const time = new Date('2026-11-20T10:00:00.000Z');
const createdAt = '2026-11-20T09:59:00.000Z';
const expiresAt = '2026-11-20T10:14:00.000Z';
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const price = { amount: 4_500, currency: 'usd' as const };
const user = { id: buyer, version: 0, email: 'ada@example.com', role: 'user' as const, createdAt };
const listed: EventData<'TicketCreated'> = {
  id: ticketId,
  version: 0,
  title: 'Night of the Proms',
  price,
  sellerId: seller,
  status: 'available',
  venue: 'Sportpaleis',
  city: 'Antwerp',
  startsAt: '2027-03-12T19:30:00+01:00',
  timeZone: 'Europe/Brussels',
  category: 'concert',
  section: '201',
  row: 'F',
  seat: '17',
  notes: 'Aisle seat.',
  createdAt,
  updatedAt: createdAt,
};
const reserved = { event: 'OrderCreated', at: createdAt, by: `buyer:${buyer}` };
const created: EventData<'OrderCreated'> = {
  id: orderId,
  version: 0,
  userId: buyer,
  status: 'created',
  items: [{ ticketId, title: 'Night of the Proms', price }],
  total: price,
  expiresAt,
  createdAt,
  timeline: [reserved],
};
const at = time.toISOString();
const started: EventData<'PaymentUpdated'> = {
  id: orderId,
  version: 0,
  orderId,
  userId: buyer,
  status: 'started',
  amount: price,
  createdAt,
};
const intentId = 'pi_3PZ0000000000000';

const of = <T extends EventType>(
  type: T,
  subject: string,
  data: EventData<T>,
  suffix?: number,
): NewEvent<T> => ({
  type,
  subject,
  idSuffix: suffix ?? ('version' in data ? data.version : 0),
  time,
  data,
  traceparent,
});

/** One input per event type; what createEvent makes of it is the golden file. */
export const samples: { [T in EventType]: NewEvent<T> } = {
  UserCreated: of('UserCreated', buyer, user),
  UserUpdated: of('UserUpdated', buyer, { ...user, version: 1, bannedAt: at, sessionsNotBefore: at }),
  SessionEnded: of('SessionEnded', 'a9d6c1', { sid: 'a9d6c1', userId: buyer, endedAt: at }),
  TicketCreated: of('TicketCreated', ticketId, listed),
  TicketUpdated: of('TicketUpdated', ticketId, {
    ...listed,
    version: 1,
    status: 'reserved',
    reservedUntil: expiresAt,
    orderId,
    updatedAt: at,
  }),
  OrderCreated: of('OrderCreated', orderId, created),
  OrderUpdated: of('OrderUpdated', orderId, {
    ...created,
    version: 1,
    expiresAt: '2026-11-20T10:21:30.000Z',
    timeline: [reserved, { event: 'OrderUpdated', at, by: `buyer:${buyer}` }],
  }),
  OrderSecured: of('OrderSecured', orderId, {
    ...created,
    version: 1,
    status: 'secured',
    timeline: [reserved, { event: 'OrderSecured', at, by: 'payments' }],
  }),
  OrderCompleted: of('OrderCompleted', orderId, {
    ...created,
    version: 2,
    status: 'complete',
    timeline: [
      reserved,
      { event: 'OrderSecured', at, by: 'payments' },
      { event: 'OrderCompleted', at, by: 'payments' },
    ],
  }),
  OrderCancelled: of('OrderCancelled', orderId, {
    ...created,
    version: 1,
    status: 'cancelled',
    reason: 'buyer',
    timeline: [reserved, { event: 'OrderCancelled', at, by: `buyer:${buyer}`, reason: 'buyer' }],
  }),
  OrderExpired: of('OrderExpired', orderId, {
    ...created,
    version: 1,
    status: 'expired',
    timeline: [reserved, { event: 'OrderExpired', at, by: 'orders' }],
  }),
  OrderRefunded: of('OrderRefunded', orderId, {
    ...created,
    version: 3,
    status: 'refunded',
    timeline: [reserved, { event: 'OrderRefunded', at, by: 'payments' }],
  }),
  PaymentUpdated: of('PaymentUpdated', orderId, started),
  PaymentAuthorized: of('PaymentAuthorized', orderId, {
    ...started,
    version: 2,
    status: 'authorized',
    intentId,
  }),
  ChargeCreated: of('ChargeCreated', orderId, { ...started, version: 3, status: 'captured', intentId }),
  ChargeFailed: of('ChargeFailed', orderId, {
    ...started,
    version: 3,
    status: 'failed',
    intentId,
    failure: { code: 'card_declined', message: 'Your card was declined.' },
  }),
  ChargeRefunded: of('ChargeRefunded', orderId, { ...started, version: 4, status: 'refunded', intentId }),
  ExpirationDue: of('ExpirationDue', orderId, { orderId, expiresAt }, Date.parse(expiresAt)),
};
