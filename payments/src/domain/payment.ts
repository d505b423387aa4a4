import { sameMoney, type Money, type Order, type PaymentStatus } from '@gittix/common/api';
import type { Failure, Intent } from './intent';

/** The calls to Stripe that change something; each has an idempotency key with a try number of its own. */
export const CALLS = ['create', 'capture', 'cancel', 'refund'] as const;
export type Call = (typeof CALLS)[number];

/** Parameters of the intent, stored as sent: a repeated create must be the same request to the last field. */
export interface CreateParameters {
  amount: number;
  currency: string;
  capture_method: 'manual';
  allowed_payment_method_types: ['card'];
  metadata: { orderId: string; userId: string; tickets: string };
}

/** What a decision about a payment is made from. */
export interface PaymentFacts {
  orderId: string;
  userId: string;
  status: PaymentStatus;
  amount: Money;
  create: CreateParameters;
  intentId?: string | undefined;
  failure?: Failure | undefined;
  /** What an undone payment ends as; `voided` unless told. */
  verdict?: 'voided' | 'failed' | undefined;
  tries: Record<Call, number>;
  /** Since when the present create key is in use; Stripe remembers keys for 24 hours. */
  createKeyAt: Date;
  /** Stripe keeps answering the present create key with a stored 5xx, so that the id can't be had this way. */
  createStuck: boolean;
}

/** What payments knows of an order: its copy of orders' state. */
export type OrderFacts = Pick<Order, 'id' | 'userId' | 'status' | 'total'>;

/** The parameters of the one intent an order ever gets. */
export function createParameters(order: Pick<Order, 'id' | 'userId' | 'total' | 'items'>): CreateParameters {
  return {
    amount: order.total.amount,
    currency: order.total.currency,
    capture_method: 'manual',
    allowed_payment_method_types: ['card'],
    metadata: {
      orderId: order.id,
      userId: order.userId,
      tickets: order.items.map(({ ticketId }) => ticketId).join(','),
    },
  };
}

/** `<orderId>:create`, `<orderId>:create:2`, `<orderId>:capture:1`, … */
export function idempotencyKey(payment: Pick<PaymentFacts, 'orderId' | 'tries'>, call: Call): string {
  const attempt = payment.tries[call];
  const key = `${payment.orderId}:${call}`;
  return call === 'create' && attempt === 1 ? key : `${key}:${attempt}`;
}

/** What of the order does not fit the payment; empty when no money may move to the wrong place. */
export function orderMismatch(payment: PaymentFacts, order: OrderFacts): string[] {
  return [
    ...(order.id === payment.orderId ? [] : ['the order is another one']),
    ...(order.userId === payment.userId ? [] : ['the order is of another buyer']),
    ...(sameMoney(order.total, payment.amount) ? [] : ['the total of the order is another one']),
  ];
}

/** What of the intent is not as we asked for it. */
export function intentMismatch({ create }: PaymentFacts, intent: Intent): string[] {
  const money = intent.status === 'succeeded' ? intent.amountReceived : intent.amountCapturable;
  return [
    ...(intent.amount === create.amount && money === create.amount
      ? []
      : ['the amount at Stripe is another one']),
    ...(intent.currency === create.currency ? [] : ['the currency at Stripe is another one']),
    ...(intent.captureMethod === create.capture_method
      ? []
      : ['the capture method at Stripe is another one']),
    ...(intent.metadata.orderId === create.metadata.orderId
      ? []
      : ['the order named at Stripe is another one']),
    ...(intent.metadata.userId === create.metadata.userId
      ? []
      : ['the buyer named at Stripe is another one']),
  ];
}
