import type { IntentRecord, PaymentFailure, PaymentMethodRecord } from '../domain/records';
import { paymentMethodView } from './payment-method';

export interface IntentContext {
  /** Where browsers reach the emulator, for the bank's page. */
  publicUrl: string;
  paymentMethod: (id: string) => PaymentMethodRecord;
}

/** A PaymentIntent as the shop's server sees it. */
export function paymentIntentView(intent: IntentRecord, context: IntentContext): Record<string, unknown> {
  return {
    id: intent.id,
    object: 'payment_intent',
    allowed_payment_method_types: intent.allowedPaymentMethodTypes,
    amount: intent.amount,
    amount_capturable: intent.amountCapturable,
    amount_details: { tip: {} },
    amount_received: intent.amountReceived,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: intent.automaticPaymentMethods
      ? { allow_redirects: 'always', enabled: true }
      : null,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    capture_method: intent.captureMethod,
    client_secret: intent.clientSecret,
    confirmation_method: 'automatic',
    created: intent.created,
    currency: intent.currency,
    customer: null,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: intent.lastPaymentError && failureView(intent.lastPaymentError, context),
    latest_charge: intent.latestChargeId,
    livemode: false,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: nextActionView(intent, context),
    on_behalf_of: null,
    payment_method: intent.paymentMethodId,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: intent.paymentMethodTypes,
    payment_record: null,
    processing: null,
    receipt_email: intent.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}

const HIDDEN_FROM_BROWSERS = new Set([
  'amount_capturable',
  'amount_received',
  'application',
  'application_fee_amount',
  'customer',
  'customer_account',
  'latest_charge',
  'metadata',
  'on_behalf_of',
  'payment_record',
  'review',
  'transfer_data',
  'transfer_group',
]);

/** The same as somebody with only its client secret sees it. */
export function publishableView(view: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(view).filter(([name]) => !HIDDEN_FROM_BROWSERS.has(name)));
}

/** `last_payment_error`, and the members of a 402's error that are the same. */
export function failureView(
  failure: PaymentFailure,
  { paymentMethod }: IntentContext,
): Record<string, unknown> {
  return {
    ...(failure.chargeId && { charge: failure.chargeId }),
    code: failure.code,
    ...(failure.declineCode && { decline_code: failure.declineCode }),
    message: failure.message,
    payment_method: paymentMethodView(paymentMethod(failure.paymentMethodId)),
    type: failure.type,
  };
}

/** Where the bank's question is answered, by a form post or on a page. */
export function authenticationUrl(publicUrl: string, intentId: string): string {
  return `${publicUrl}/_emulator/payment_intents/${intentId}/authenticate`;
}

function nextActionView(
  { id, clientSecret, nextAction }: IntentRecord,
  { publicUrl }: IntentContext,
): unknown {
  if (!nextAction) return null;
  const url = authenticationUrl(publicUrl, id);
  if (nextAction.returnUrl === null) {
    return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  }
  return {
    type: 'redirect_to_url',
    redirect_to_url: { return_url: nextAction.returnUrl, url: `${url}?client_secret=${clientSecret}` },
  };
}
