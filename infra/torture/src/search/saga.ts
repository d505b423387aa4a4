import type { OrderStatus, PaymentStatus } from '@gittix/common/api';
import type { OrderFacts } from '../../../../orders/src/domain/order';
import type { PaymentFacts as PaymentCopy } from '../../../../orders/src/domain/order-types';
import type { Intent } from '../../../../payments/src/domain/intent';
import { createParameters, type Call, type PaymentFacts } from '../../../../payments/src/domain/payment';

/** What Stripe knows of the one intent an order may have; `refunded` was paid before. */
export type IntentState = 'none' | 'open' | 'held' | 'paid' | 'refunded' | 'canceled';
/** What a worker was shown of it. */
export type View = Exclude<IntentState, 'none'> | 'unasked' | 'absent' | 'missing';

/** The document of payments, as far as decisions depend on it. */
export interface PaymentRecord {
  version: number;
  status: PaymentStatus;
  knowsIntent: boolean;
  verdict: 'voided' | 'failed' | null;
  tries: Record<Call, number>;
  createStuck: boolean;
}

/** What Stripe stored under an idempotency key. */
export type StoredAnswer = 'done' | 'server_error' | 'refused';

/** All that is durable about one order: both documents, both copies, what is on its way to them, and Stripe. */
export interface Saga {
  order: { version: number; status: OrderStatus } | null;
  /** The deadline of the hold has passed. */
  lapsed: boolean;
  /** payments' copy of the order, and what was committed since; a status that was not heard of is one that may be skipped. */
  orderCopy: OrderStatus | null;
  orderNews: OrderStatus[];
  payment: PaymentRecord | null;
  /** orders' copy of the payment, and what was committed since. */
  paymentCopy: PaymentStatus | null;
  paymentNews: PaymentStatus[];
  intent: IntentState;
  /** By call and try, `capture:1`. */
  answers: Partial<Record<string, StoredAnswer>>;
  /** How often Stripe may still answer 500, or the bank refuse a capture. */
  troubleLeft: number;
}

export const newSaga = (trouble: number): Saga => ({
  order: null,
  lapsed: false,
  orderCopy: null,
  orderNews: [],
  payment: null,
  paymentCopy: null,
  paymentNews: [],
  intent: 'none',
  answers: {},
  troubleLeft: trouble,
});

/** States in which an order has its ticket. Written out: what the services think of it is what is checked. */
export const LIVE: readonly OrderStatus[] = ['created', 'secured', 'complete'];
export const PAID_FOR: readonly OrderStatus[] = ['secured', 'complete'];
export const isLive = ({ order }: Saga) => order !== null && LIVE.includes(order.status);

/** The order in a new state; whoever listens will hear of it. */
export function commitOrder(saga: Saga, status: OrderStatus): Saga {
  const version = saga.order ? saga.order.version + 1 : 0;
  return { ...saga, order: { version, status }, orderNews: heard(saga.orderCopy, saga.orderNews, status) };
}

/** The payment in a new state; whoever listens will hear of it. */
export function commitPayment(saga: Saga, payment: PaymentRecord): Saga {
  return { ...saga, payment, paymentNews: heard(saga.paymentCopy, saga.paymentNews, payment.status) };
}

/** A version of the same status as the one before it tells a listener nothing, so they count as one. */
function heard<T>(copy: T | null, news: T[], status: T): T[] {
  return (news.at(-1) ?? copy) === status ? news : [...news, status];
}

const ID = 'a'.repeat(24);
export const BUYER = 'b'.repeat(24);
const TICKET = 'c'.repeat(24);
const MONEY = { amount: 4_500, currency: 'usd' as const };
const BEGIN = new Date('2026-01-01T12:00:00Z');
const DEADLINE = new Date('2026-01-01T12:15:00Z');
const CREATE = createParameters({
  id: ID,
  userId: BUYER,
  total: MONEY,
  items: [{ ticketId: TICKET, title: 'Night of the Proms', price: MONEY }],
});

/** The clock of orders: before or after the deadline is all it is asked. */
export const clock = ({ lapsed }: Saga) => (lapsed ? new Date(DEADLINE.getTime() + 1) : BEGIN);

export const orderFacts = (status: OrderStatus): OrderFacts => ({
  id: ID,
  userId: BUYER,
  status,
  total: MONEY,
  createdAt: BEGIN,
  expiresAt: DEADLINE,
});

export const paymentCopy = (status: PaymentStatus): PaymentCopy => ({
  orderId: ID,
  userId: BUYER,
  status,
  amount: MONEY,
});

export const paymentFacts = (payment: PaymentRecord): PaymentFacts => ({
  orderId: ID,
  userId: BUYER,
  status: payment.status,
  amount: MONEY,
  create: CREATE,
  intentId: payment.knowsIntent ? 'pi_1' : undefined,
  verdict: payment.verdict ?? undefined,
  tries: payment.tries,
  createKeyAt: BEGIN,
  createStuck: payment.createStuck,
});

const STATUS: Record<Exclude<IntentState, 'none'>, Intent['status']> = {
  open: 'requires_payment_method',
  held: 'requires_capture',
  paid: 'succeeded',
  refunded: 'succeeded',
  canceled: 'canceled',
};

/** The intent as Stripe would show it. */
export const intentOf = (state: Exclude<IntentState, 'none'>): Intent => ({
  id: 'pi_1',
  status: STATUS[state],
  amount: CREATE.amount,
  currency: CREATE.currency,
  captureMethod: CREATE.capture_method,
  amountCapturable: state === 'held' ? CREATE.amount : 0,
  amountReceived: state === 'paid' || state === 'refunded' ? CREATE.amount : 0,
  metadata: CREATE.metadata,
  refunds: { succeeded: state === 'refunded' ? CREATE.amount : 0, pending: 0, failed: 0 },
});
