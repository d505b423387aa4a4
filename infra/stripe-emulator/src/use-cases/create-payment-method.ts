import { z } from 'zod';
import { cardWithId } from '../domain/cards';
import { checkCard } from '../domain/card-details';
import type { PaymentMethodRecord } from '../domain/records';
import { integer, oneOf, text } from '../http/params';
import { noSuch, StripeError } from '../stripe-error';
import { paymentMethodView } from '../views/payment-method';
import type { Outcome, UseCaseDeps } from './outcome';

export const createPaymentMethodParams = z.strictObject({
  type: oneOf(['card']),
  card: z.strictObject({ number: text, exp_month: integer, exp_year: integer, cvc: text.optional() }),
});

/** Keeps which test card it is; number and CVC are looked at and forgotten. */
export function createPaymentMethod(
  { newId }: UseCaseDeps,
  { card: given }: z.infer<typeof createPaymentMethodParams>,
  nowMs: number,
): Outcome {
  const now = new Date(nowMs);
  const check = checkCard(
    { number: given.number, expMonth: given.exp_month, expYear: given.exp_year, cvc: given.cvc },
    { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1 },
  );
  if ('problem' in check) {
    const { code, message, declineCode } = check.problem;
    throw new StripeError(402, {
      type: 'card_error',
      code,
      message,
      param: check.field,
      decline_code: declineCode,
    });
  }
  const method: PaymentMethodRecord = {
    id: newId('pm'),
    card: check.card.name,
    last4: check.card.number.slice(-4),
    expMonth: given.exp_month,
    expYear: check.expYear,
    created: Math.floor(nowMs / 1000),
  };
  return {
    status: 200,
    body: paymentMethodView(method),
    operation: 'payment_method.create',
    subject: method.id,
    changes: { paymentMethods: [method] },
    events: [],
  };
}

/** A stored payment method, or a new one for an id that stands for a test card (`pm_card_visa`). */
export function resolvePaymentMethod(
  { state, newId }: UseCaseDeps,
  id: string,
  nowMs: number,
): PaymentMethodRecord {
  const stored = state.paymentMethods.get(id);
  if (stored) return stored;
  const card = cardWithId(id);
  if (!card) throw noSuch('PaymentMethod', id, 'payment_method');
  const now = new Date(nowMs);
  return {
    id: newId('pm'),
    card: card.name,
    last4: card.number.slice(-4),
    expMonth: 12,
    expYear: now.getUTCFullYear() + 3,
    created: Math.floor(nowMs / 1000),
  };
}
