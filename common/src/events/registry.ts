import type { z } from 'zod';
import { expirationEvents } from './expiration';
import { orderEvents } from './orders';
import { paymentEvents } from './payments';
import { ticketEvents } from './tickets';
import { userEvents } from './users';

/** Every event type with its schema and the version both sides speak. */
export const eventSchemas = {
  ...userEvents,
  ...ticketEvents,
  ...orderEvents,
  ...paymentEvents,
  ...expirationEvents,
};

export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType = EventType> = z.infer<(typeof eventSchemas)[T]>;

export type AggregateName = 'user' | 'session' | 'ticket' | 'order' | 'payment' | 'expiration';

/** Aggregate and owning service of each event type: the aggregate names the bus subject, the owner is the envelope's source. */
export const eventOrigin: Record<EventType, { aggregate: AggregateName; source: string }> = {
  UserCreated: { aggregate: 'user', source: '/auth' },
  UserUpdated: { aggregate: 'user', source: '/auth' },
  SessionEnded: { aggregate: 'session', source: '/auth' },
  TicketCreated: { aggregate: 'ticket', source: '/tickets' },
  TicketUpdated: { aggregate: 'ticket', source: '/tickets' },
  OrderCreated: { aggregate: 'order', source: '/orders' },
  OrderUpdated: { aggregate: 'order', source: '/orders' },
  OrderSecured: { aggregate: 'order', source: '/orders' },
  OrderCompleted: { aggregate: 'order', source: '/orders' },
  OrderCancelled: { aggregate: 'order', source: '/orders' },
  OrderExpired: { aggregate: 'order', source: '/orders' },
  OrderRefunded: { aggregate: 'order', source: '/orders' },
  PaymentUpdated: { aggregate: 'payment', source: '/payments' },
  PaymentAuthorized: { aggregate: 'payment', source: '/payments' },
  ChargeCreated: { aggregate: 'payment', source: '/payments' },
  ChargeFailed: { aggregate: 'payment', source: '/payments' },
  ChargeRefunded: { aggregate: 'payment', source: '/payments' },
  ExpirationDue: { aggregate: 'expiration', source: '/expiration' },
};

export const eventTypes = Object.keys(eventSchemas) as EventType[];
