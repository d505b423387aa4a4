import type Stripe from 'stripe';
import type { Failure, Intent, IntentStatus } from '../domain/intent';

/** Stripe's objects -> what we need to know of them. */
export function toIntent(intent: Stripe.PaymentIntent, refunds: Stripe.Refund[]): Intent {
  return {
    id: intent.id,
    status: toStatus(intent.status),
    amount: intent.amount,
    currency: intent.currency,
    captureMethod: intent.capture_method,
    amountCapturable: intent.amount_capturable,
    amountReceived: intent.amount_received,
    metadata: intent.metadata,
    ...(intent.client_secret ? { clientSecret: intent.client_secret } : {}),
    ...(intent.last_payment_error ? { lastError: toLastError(intent.last_payment_error) } : {}),
    ...authorization(intent.latest_charge),
    refunds: sumUp(refunds),
  };
}

/** Of a charge shown as an object; a released hold has one too, and only there it shows that it was one. */
function authorization(charge: Stripe.PaymentIntent['latest_charge']): Pick<Intent, 'authorizedAt'> {
  if (!charge || typeof charge === 'string' || charge.status !== 'succeeded') return {};
  return { authorizedAt: new Date(charge.created * 1000) };
}

const STATUSES: readonly IntentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
];

/** A status that Stripe invents one day is no reason to move or undo anything: it counts as still under way. */
function toStatus(status: string): IntentStatus {
  return STATUSES.find((known) => known === status) ?? 'processing';
}

function toLastError(error: Stripe.PaymentIntent.LastPaymentError): Failure {
  return {
    code: error.decline_code ?? error.code ?? error.type,
    message: error.message ?? 'The card was declined.',
  };
}

function sumUp(refunds: Stripe.Refund[]): Intent['refunds'] {
  const result = { succeeded: 0, pending: 0, failed: 0 };
  for (const { status, amount } of refunds) {
    if (status === 'succeeded') result.succeeded += amount;
    else if (status === 'failed' || status === 'canceled') result.failed += 1;
    else result.pending += amount;
  }
  return result;
}
