import type { Failure, Intent, Shown } from './intent';
import { intentMismatch, orderMismatch, type OrderFacts, type PaymentFacts } from './payment';

/** The columns of the table: what the order, as far as payments knows, wants of its payment. */
export type OrderSide = 'unknown' | 'open' | 'won' | 'dead';

/** The rows of the table: what Stripe shows. */
export type IntentSide =
  | 'unasked'
  | 'found'
  | 'absent'
  | 'missing'
  | 'open'
  | 'declined'
  | 'processing'
  | 'held'
  | 'paid'
  | 'refund_pending'
  | 'refund_failed'
  | 'refunded'
  | 'canceled';

const ORDER_SIDES = {
  created: 'open',
  secured: 'won',
  complete: 'won',
  cancelled: 'dead',
  expired: 'dead',
  refunded: 'dead',
} as const;

export interface Sides {
  order: OrderSide;
  intent: IntentSide;
  /** What does not fit; then the payment is undone whatever the order wants. */
  mismatches: string[];
}

/** Sorts what is known into a cell of the table. */
export function sidesOf(payment: PaymentFacts, order: OrderFacts | undefined, shown: Shown): Sides {
  const intent = intentSide(payment, shown);
  const mismatches = mismatchesThatMatter(payment, order, shown);
  const orderSide = order ? ORDER_SIDES[order.status] : 'unknown';
  return { order: mismatches.length > 0 ? 'dead' : orderSide, intent, mismatches };
}

function intentSide(payment: PaymentFacts, shown: Shown): IntentSide {
  if (typeof shown === 'string') return shown;
  if (payment.intentId === undefined) return 'found';
  switch (shown.status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
      return shown.lastError && !sameFailure(shown.lastError, payment.failure) ? 'declined' : 'open';
    case 'processing':
      return 'processing';
    case 'requires_capture':
      return 'held';
    case 'succeeded':
      return paidSide(payment, shown);
    case 'canceled':
      return 'canceled';
  }
}

function paidSide(payment: PaymentFacts, { amountReceived, refunds }: Intent): IntentSide {
  if (refunds.succeeded >= amountReceived) return 'refunded';
  if (refunds.succeeded + refunds.pending >= amountReceived) return 'refund_pending';
  // The present try is among those that came to nothing, so repeating its key would only repeat the answer.
  if (refunds.failed >= payment.tries.refund) return 'refund_failed';
  return 'paid';
}

/** Counts while money is held or moved and the decision is still open; what is captured is not undone for a changed label. */
function mismatchesThatMatter(payment: PaymentFacts, order: OrderFacts | undefined, shown: Shown): string[] {
  if (payment.status !== 'started' && payment.status !== 'authorized') return [];
  if (typeof shown === 'string' || (shown.status !== 'requires_capture' && shown.status !== 'succeeded'))
    return [];
  return [...(order ? orderMismatch(payment, order) : []), ...intentMismatch(payment, shown)];
}

function sameFailure(a: Failure, b: Failure | undefined): boolean {
  return a.code === b?.code && a.message === b.message;
}
