/** What the emulator remembers. Times are Unix seconds as Stripe's, unless the name says otherwise. */

/** Stripe's statuses of a PaymentIntent, but `processing`, which cards as emulated here never show. */
export const INTENT_STATUSES = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'requires_capture',
  'succeeded',
  'canceled',
] as const;
export type IntentStatus = (typeof INTENT_STATUSES)[number];

export const CAPTURE_METHODS = ['automatic', 'automatic_async', 'manual'] as const;
export type CaptureMethod = (typeof CAPTURE_METHODS)[number];

export const CANCELLATION_REASONS = [
  'duplicate',
  'fraudulent',
  'requested_by_customer',
  'abandoned',
] as const;
export type CancellationReason = (typeof CANCELLATION_REASONS)[number];

export const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

export type Metadata = Record<string, string>;

/** Why the last try to pay failed; `last_payment_error` of the intent, and the body of the 402. */
export interface PaymentFailure {
  type: 'card_error' | 'invalid_request_error';
  code: string;
  message: string;
  declineCode?: string;
  chargeId?: string;
  paymentMethodId: string;
}

export interface IntentRecord {
  id: string;
  clientSecret: string;
  amount: number;
  currency: string;
  captureMethod: CaptureMethod;
  status: IntentStatus;
  created: number;
  metadata: Metadata;
  description: string | null;
  receiptEmail: string | null;
  paymentMethodTypes: string[];
  /** As the shop asked; null when it did not. */
  allowedPaymentMethodTypes: string[] | null;
  automaticPaymentMethods: boolean;
  paymentMethodId: string | null;
  latestChargeId: string | null;
  amountCapturable: number;
  amountReceived: number;
  lastPaymentError: PaymentFailure | null;
  /** Set while the bank wants to check the buyer; with an address to return to, the check is a page of its own. */
  nextAction: { returnUrl: string | null } | null;
  canceledAt: number | null;
  cancellationReason: CancellationReason | null;
}

export interface ChargeRecord {
  id: string;
  intentId: string;
  paymentMethodId: string;
  amount: number;
  currency: string;
  created: number;
  status: 'succeeded' | 'failed';
  captured: boolean;
  amountCaptured: number;
  amountRefunded: number;
  refunded: boolean;
  failure: { code: string; message: string; declineCode?: string } | null;
  metadata: Metadata;
}

export interface RefundRecord {
  id: string;
  chargeId: string;
  intentId: string;
  amount: number;
  currency: string;
  created: number;
  status: 'pending' | 'succeeded' | 'failed';
  reason: RefundReason | null;
  failureReason: string | null;
  metadata: Metadata;
  /** Some test cards change a refund's status later: to what, and when (Unix milliseconds). */
  settles: { to: 'succeeded' | 'failed'; atMs: number } | null;
}

/** Never the card number or its CVC: only which test card it is. */
export interface PaymentMethodRecord {
  id: string;
  card: string;
  last4: string;
  expMonth: number;
  expYear: number;
  created: number;
}

/** The newest state of everything one request touched; applied as a whole or not at all. */
export interface Changes {
  intents?: IntentRecord[];
  charges?: ChargeRecord[];
  refunds?: RefundRecord[];
  paymentMethods?: PaymentMethodRecord[];
}

export const EVENT_TYPES = [
  'payment_intent.created',
  'payment_intent.requires_action',
  'payment_intent.amount_capturable_updated',
  'payment_intent.payment_failed',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
