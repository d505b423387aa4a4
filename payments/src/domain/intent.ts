/** Stripe's statuses of a PaymentIntent. */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

/** Why a try to pay failed, in Stripe's words. */
export interface Failure {
  code: string;
  message: string;
}

/** What we need to know of a PaymentIntent; amounts in minor units. */
export interface Intent {
  id: string;
  status: IntentStatus;
  amount: number;
  currency: string;
  captureMethod: string;
  amountCapturable: number;
  amountReceived: number;
  metadata: Record<string, string>;
  clientSecret?: string;
  lastError?: Failure;
  /** When the bank agreed to hold the money, whatever became of the hold. */
  authorizedAt?: Date;
  /** Money given back, money on its way back, and how many refunds came to nothing. Only told once money moved. */
  refunds: { succeeded: number; pending: number; failed: number };
}

/**
 * What Stripe shows of a payment: the intent, or `unasked` (its id is not known, repeating the create with the same key
 * will tell), `absent` (its id is not known, and no intent bears our metadata), `missing` (Stripe does not know the id).
 */
export type Shown = Intent | 'unasked' | 'absent' | 'missing';
