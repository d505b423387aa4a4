import type { Failure, Intent, Shown } from './intent';
import { intentMismatch, orderMismatch, type OrderFacts, type PaymentFacts } from './payment';

/** What the order, as far as payments knows, wants of its payment. An order not heard of yet is undecided. */
export type OrderSide = 'undecided' | 'won' | 'dead';

/**
 * What Stripe shows. unasked, absent, missing: see Shown. found: an intent whose id is not written down yet. open: waits for
 * a card. declined: the same, and why the last card was declined is not written down yet. held: the money is held. paid: it
 * moved. refund_failed: the refund of the present try came to nothing.
 */
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

/** What each status of an order means for its money. */
export const ORDER_SIDES = {
  created: 'undecided',
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
  const orderSide = order ? ORDER_SIDES[order.status] : 'undecided';
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
  if (amountReceived > 0 && refunds.succeeded >= amountReceived) return 'refunded';
  if (amountReceived > 0 && refunds.succeeded + refunds.pending >= amountReceived) return 'refund_pending';
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
