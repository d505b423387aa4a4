import { z } from 'zod';
import { id, instant, money, paymentStatus } from '../api';

/** The whole public state of a payment; its id is its order's. No client secret. */
export const paymentState = z.strictObject({
  id,
  version: z.int().nonnegative(),
  orderId: id,
  userId: id,
  status: paymentStatus,
  amount: money,
  /** Stripe's PaymentIntent, once known. */
  intentId: z.string().optional(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  /** When the bank agreed to hold the money, once it has; voided or failed afterwards, the hold was released. */
  authorizedAt: instant.optional(),
  createdAt: instant,
});
export type PaymentState = z.infer<typeof paymentState>;

export const paymentEvents = {
  PaymentUpdated: paymentState,
  PaymentAuthorized: paymentState,
  ChargeCreated: paymentState,
  ChargeFailed: paymentState,
  ChargeRefunded: paymentState,
};

export const paymentEventTypes = Object.keys(paymentEvents) as (keyof typeof paymentEvents)[];
