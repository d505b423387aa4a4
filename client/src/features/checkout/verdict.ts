import type { StripeAnswer } from './stripe';

/**
 * What an answer of Stripe.js means for the buyer.
 * sent: the bank holds the money or is still deciding; refused: definitely no money moves, with the bank's reason;
 * incomplete: the form itself is not right yet; unknown: nobody can say, so nobody may say "try again".
 */
export type Verdict =
  | { kind: 'sent' }
  | { kind: 'refused'; reason: string | undefined }
  | { kind: 'incomplete' }
  | { kind: 'unknown' };

/** Intent states in which money is held, moved, or may yet be. */
const SENT = new Set(['requires_capture', 'processing', 'succeeded']);
/** Intent states in which nothing is held and a card is awaited. */
const OPEN = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action']);

/** Of `confirmPayment`. */
export function verdictOf({ error, paymentIntent }: StripeAnswer): Verdict {
  if (!error) return byStatus(paymentIntent?.status, undefined);
  if (error.type === 'validation_error') return { kind: 'incomplete' };
  if (error.type === 'card_error') return { kind: 'refused', reason: error.message };
  // Connection and API errors say nothing about the payment unless Stripe sent the intent along.
  return byStatus(error.payment_intent?.status, error.message);
}

/** Of `retrievePaymentIntent`: what became of a card that may have been sent earlier. */
export function verdictOfIntent({ paymentIntent }: StripeAnswer): Verdict {
  return byStatus(paymentIntent?.status, undefined);
}

function byStatus(status: string | undefined, reason: string | undefined): Verdict {
  if (status === undefined) return { kind: 'unknown' };
  if (SENT.has(status)) return { kind: 'sent' };
  if (OPEN.has(status) || status === 'canceled') return { kind: 'refused', reason };
  return { kind: 'unknown' };
}
