import { z } from 'zod';
import { money } from './money';
import { id, instant } from './primitives';

/**
 * started: intent wanted, not yet authorised; authorized: the card is held; captured: money moved;
 * voiding: to be undone, not yet seen undone; voided / failed / refunded: ended without or with returned money.
 */
export const paymentStatus = z.enum([
  'started',
  'authorized',
  'captured',
  'voiding',
  'voided',
  'failed',
  'refunding',
  'refunded',
]);
export type PaymentStatus = z.infer<typeof paymentStatus>;

/** POST and GET /api/payments; the client secret, key and script address only while the payment can still be confirmed. */
export const payment = z.object({
  orderId: id,
  status: paymentStatus,
  amount: money,
  clientSecret: z.string().optional(),
  publishableKey: z.string().optional(),
  stripeJsUrl: z.url().optional(),
  /** Why the last try failed, in Stripe's words, for the buyer. */
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** When the bank agreed to hold the money, once it has; voided or failed afterwards, the hold was released. */
  authorizedAt: instant.optional(),
  createdAt: instant,
});
export type Payment = z.infer<typeof payment>;

export const startPaymentRequest = z.strictObject({ orderId: id });
export type StartPaymentRequest = z.infer<typeof startPaymentRequest>;

/** POST /api/payments/:orderId/refund: an operator's, with the reason that goes on record. */
export const refundRequest = z.strictObject({
  reason: z.string('Give a reason').trim().min(1, 'Give a reason').max(500, 'At most 500 characters'),
});
