import type { MemoryBus } from '@gittix/common/bus';
import type { Order, PaymentStatus } from '@gittix/common/api';
import {
  createEvent,
  type Envelope,
  type EventData,
  type EventType,
  type PaymentState,
  type TicketState,
  type UserState,
} from '@gittix/common/events';
import { newId } from '@gittix/common/testing';

export const usd = (amount: number) => ({ amount, currency: 'usd' as const });

/** A ticket on sale, as tickets would tell of it. */
export const ticketState = (change: Partial<TicketState> = {}): TicketState => ({
  id: newId(),
  version: 0,
  title: 'Night of the Proms',
  price: usd(4_200),
  sellerId: newId(),
  status: 'available',
  createdAt: new Date().toISOString(),
  updatedAt: new Date().toISOString(),
  ...change,
});

export const userState = (change: Partial<UserState> = {}): UserState => ({
  id: newId(),
  version: 0,
  email: 'ada@example.com',
  role: 'user',
  createdAt: new Date().toISOString(),
  ...change,
});

/** The payment of an order, in a state that payments would reach with that version. */
export const paymentState = (
  order: Order,
  status: PaymentStatus,
  change: Partial<PaymentState> = {},
): PaymentState => ({
  id: order.id,
  orderId: order.id,
  userId: order.userId,
  version: { started: 0, authorized: 1, captured: 2, refunded: 4 }[status as string] ?? 3,
  status,
  amount: order.total,
  createdAt: new Date().toISOString(),
  ...change,
});

export function eventOf<T extends EventType>(type: T, data: EventData<T>): Envelope<T> {
  const { id, orderId, version, expiresAt } = data as {
    id?: string;
    orderId?: string;
    version?: number;
    expiresAt?: string;
  };
  const idSuffix = version ?? Date.parse(expiresAt ?? '');
  return createEvent({ type, subject: id ?? orderId ?? '', idSuffix, time: new Date(), data });
}

/** Publishes an event and waits until every listener has handled it. `again` gets past the broker's duplicate window. */
export async function publish<T extends EventType>(
  bus: MemoryBus,
  type: T,
  data: EventData<T>,
  { again = false } = {},
): Promise<void> {
  await bus.publish(eventOf(type, data), again ? { messageId: newId() } : {});
  await bus.settled();
}

/** What the service told of an order so far; a payment's events have the same subject. */
export const publishedOf = ({ published }: MemoryBus, orderId: string) =>
  published.filter(({ id }) => id.startsWith(`order.${orderId}.`));
