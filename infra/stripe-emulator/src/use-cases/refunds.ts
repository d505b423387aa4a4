import { z } from 'zod';
import { refund as decideRefund, refundable, settle } from '../domain/refund';
import { REFUND_REASONS, type ChargeRecord } from '../domain/records';
import { expand, metadata, oneOf, positiveInteger, text } from '../http/params';
import type { State } from '../ledger/state';
import { invalidRequest, noSuch } from '../stripe-error';
import { chargeView } from '../views/charge';
import { REFUND_EXPANDABLE } from '../views/expand';
import { refundView } from '../views/refund';
import type { Outcome, UseCaseDeps } from './outcome';
import { findCharge, findRefund, paymentMethodOf } from './read';

export const createRefundParams = z.strictObject({
  amount: positiveInteger.optional(),
  charge: text.optional(),
  expand: expand(REFUND_EXPANDABLE),
  metadata: metadata.default({}),
  payment_intent: text.optional(),
  reason: oneOf(REFUND_REASONS).optional(),
});
type CreateRefund = z.infer<typeof createRefundParams>;

export function createRefund(deps: UseCaseDeps, params: CreateRefund, nowMs: number): Outcome {
  const { state } = deps;
  const charge = chargeToRefund(state, params);
  const method = paymentMethodOf(state, charge.paymentMethodId);
  const decision = decideRefund(charge, method, {
    id: deps.newId('re'),
    amount: params.amount,
    reason: params.reason ?? null,
    metadata: params.metadata,
    nowMs,
    settleAfterMs: deps.refundSettleMs,
  });
  if (decision.kind === 'refused') throw refusal(decision.reason, charge);
  const refund = refundView(decision.refund);
  return {
    status: 200,
    body: refund,
    operation: 'refund.create',
    subject: decision.refund.id,
    changes: { refunds: [decision.refund], charges: [decision.charge] },
    events: decision.events.map((type) => ({
      type,
      object: type.startsWith('charge.') ? chargeView(decision.charge, method) : refund,
    })),
  };
}

/** The later end of a pending or failing refund; undefined when it came already. */
export function settleRefund({ state }: UseCaseDeps, id: string): Outcome | undefined {
  const refund = findRefund(state, id);
  const settled = settle(refund, findCharge(state, refund.chargeId));
  if (!settled) return undefined;
  const view = refundView(settled.refund);
  return {
    status: 200,
    body: view,
    operation: 'refund.settle',
    subject: id,
    changes: { refunds: [settled.refund], charges: [settled.charge] },
    events: settled.events.map((type) => ({ type, object: view })),
  };
}

/** The intent a refund is about, so that refunds and captures of one payment take turns; undefined when there is none. */
export function intentToRefund(state: State, params: CreateRefund): string | undefined {
  return params.payment_intent ?? (params.charge && state.charges.get(params.charge)?.intentId);
}

function chargeToRefund(state: State, params: CreateRefund): ChargeRecord {
  if (params.payment_intent === undefined) {
    if (params.charge !== undefined) return findCharge(state, params.charge);
    throw invalidRequest('Give the charge or the payment_intent to refund.', {
      code: 'parameter_missing',
      param: 'payment_intent',
    });
  }
  if (params.charge !== undefined) {
    throw invalidRequest('Give charge or payment_intent, not both.', { param: 'charge' });
  }
  const intent = state.intents.get(params.payment_intent);
  if (!intent) throw noSuch('payment_intent', params.payment_intent, 'payment_intent');
  const charge = intent.latestChargeId === null ? undefined : state.charges.get(intent.latestChargeId);
  if (!charge) throw noSuccessfulCharge(intent.id);
  return charge;
}

function noSuccessfulCharge(intentId: string) {
  return invalidRequest(`The PaymentIntent ${intentId} has no successful charge to refund.`, {
    param: 'payment_intent',
  });
}

function refusal(reason: 'not_captured' | 'already_refunded' | 'amount_too_large', charge: ChargeRecord) {
  switch (reason) {
    case 'not_captured':
      return noSuccessfulCharge(charge.intentId);
    case 'already_refunded':
      return invalidRequest(`Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    case 'amount_too_large':
      return invalidRequest(
        `The refund is greater than what is left on the charge (${refundable(charge)} ${charge.currency}).`,
        { code: 'amount_too_large', param: 'amount' },
      );
  }
}
