import type { OrderStatus } from '@gittix/common/api';
import type { ErrorCode } from '@gittix/common/errors';
import type { Change, Command, CommandType, Decision, OrderFacts, PaymentFacts, Person } from './order-types';

export * from './order-types';

/** States that hold their tickets; in all others they are free. */
export const HOLDING: readonly OrderStatus[] = ['created', 'secured', 'complete'];

type Rule<C extends CommandType> = (
  order: OrderFacts,
  command: Extract<Command, { type: C }>,
  now: Date,
) => Decision;
type Row = { [C in CommandType]: Rule<C> };

const NOTHING: Decision = { kind: 'nothing' };
const nothing = () => NOTHING;
const refuse = (code: ErrorCode) => (): Decision => ({ kind: 'refused', code });
const change = (next: Change): Decision => ({ kind: 'change', change: next });

const onPayment =
  (next: Omit<Change, 'by'>) =>
  (order: OrderFacts, { payment }: { payment: PaymentFacts }): Decision =>
    isPaymentOf(order, payment) ? change({ ...next, by: 'payments' }) : NOTHING;

const secured = onPayment({ status: 'secured', event: 'OrderSecured' });
const completed = onPayment({ status: 'complete', event: 'OrderCompleted' });
const paymentFailed = onPayment({ status: 'cancelled', event: 'OrderCancelled', reason: 'payment_failed' });
const refunded = onPayment({ status: 'refunded', event: 'OrderRefunded' });

/** The life of an order, every cell filled: state, command -> decision. Anything that has no meaning changes nothing. */
const table: Record<OrderStatus, Row> = {
  created: {
    extend: extendHold,
    cancel: (order, { by }) =>
      change({
        status: 'cancelled',
        event: 'OrderCancelled',
        reason: isBuyer(order, by) ? 'buyer' : 'admin',
        by: label(order, by),
      }),
    revoke: (_order, { reason }) =>
      change({
        status: 'cancelled',
        event: 'OrderCancelled',
        reason,
        by: reason === 'buyer_banned' ? 'auth' : 'tickets',
      }),
    expire: (order, _command, now) =>
      now >= order.expiresAt ? change({ status: 'expired', event: 'OrderExpired', by: 'orders' }) : NOTHING,
    secure: secured,
    complete: nothing,
    fail: nothing,
    refund: nothing,
  },
  secured: {
    extend: refuse('payment_in_progress'),
    cancel: refuse('payment_in_progress'),
    revoke: nothing,
    expire: nothing,
    secure: nothing,
    complete: completed,
    fail: paymentFailed,
    refund: refunded,
  },
  complete: {
    extend: refuse('order_complete'),
    cancel: refuse('order_complete'),
    revoke: nothing,
    expire: nothing,
    secure: nothing,
    complete: nothing,
    fail: nothing,
    refund: refunded,
  },
  // Cancelling again answers what already happened.
  cancelled: { ...dead(), cancel: nothing },
  expired: dead(),
  refunded: dead(),
};

/** A dead order stays dead, whatever comes late. */
function dead(): Row {
  return {
    extend: refuse('order_closed'),
    cancel: refuse('order_closed'),
    revoke: nothing,
    expire: nothing,
    secure: nothing,
    complete: nothing,
    fail: nothing,
    refund: nothing,
  };
}

/** What a command means for an order now. Pure: whoever calls commits the change, with its event, in one write. */
export function decide(order: OrderFacts, command: Command, now: Date): Decision {
  if ('by' in command && !mayAsk(order, command)) return { kind: 'refused', code: 'forbidden' };
  const rule = table[order.status][command.type] as (...from: [OrderFacts, Command, Date]) => Decision;
  return rule(order, command, now);
}

/** Buyer, amount, currency and order are the same on both sides; else no money may move this order. */
export function isPaymentOf(order: OrderFacts, payment: PaymentFacts): boolean {
  return (
    payment.orderId === order.id &&
    payment.userId === order.userId &&
    payment.amount.amount === order.total.amount &&
    payment.amount.currency === order.total.currency
  );
}

/** By half a hold's length, to at most twice its length from the start; only while the hold lasts. */
function extendHold(order: OrderFacts, { by, ttlMs }: { by: Person; ttlMs: number }, now: Date): Decision {
  if (now >= order.expiresAt) return { kind: 'refused', code: 'order_closed' };
  const wished = order.expiresAt.getTime() + Math.floor(ttlMs / 2);
  const latest = order.createdAt.getTime() + 2 * ttlMs;
  const expiresAt = new Date(Math.min(wished, latest));
  if (expiresAt <= order.expiresAt) return { kind: 'refused', code: 'extension_limit' };
  return change({ status: 'created', event: 'OrderUpdated', expiresAt, by: label(order, by) });
}

function mayAsk(order: OrderFacts, { type, by }: { type: CommandType; by: Person }): boolean {
  return isBuyer(order, by) || (type === 'cancel' && by.role === 'admin');
}

const isBuyer = (order: OrderFacts, by: Person) => by.userId === order.userId;
const label = (order: OrderFacts, by: Person) =>
  isBuyer(order, by) ? `buyer:${by.userId}` : `admin:${by.userId}`;
