import type { ChargeRecord, PaymentMethodRecord } from '../../src/domain/records';
import { refund, refundable, settle, type RefundDecision } from '../../src/domain/refund';

const CAPTURED: ChargeRecord = {
  id: 'ch_1',
  intentId: 'pi_1',
  paymentMethodId: 'pm_1',
  amount: 4500,
  currency: 'usd',
  created: 1,
  status: 'succeeded',
  captured: true,
  amountCaptured: 4500,
  amountRefunded: 0,
  refunded: false,
  failure: null,
  metadata: {},
};

function refunded(charge: ChargeRecord, amount?: number, card = 'visa'): RefundDecision {
  const method: PaymentMethodRecord = {
    id: 'pm_1',
    card,
    last4: '4242',
    expMonth: 1,
    expYear: 30,
    created: 1,
  };
  return refund(charge, method, {
    id: 're_1',
    amount,
    reason: null,
    metadata: {},
    nowMs: 5_000,
    settleAfterMs: 1_000,
  });
}

function made(decision: RefundDecision) {
  if (decision.kind !== 'refunded') throw new Error(decision.reason);
  return decision;
}

describe('a refund', () => {
  it('gives back all that is left without an amount', () => {
    const decision = made(refunded({ ...CAPTURED, amountRefunded: 500 }));
    expect(decision.refund).toMatchObject({ amount: 4000, status: 'succeeded', settles: null, created: 5 });
    expect(decision.charge).toMatchObject({ amountRefunded: 4500, refunded: true });
    expect(decision.events).toEqual(['refund.created', 'charge.refunded']);
  });

  it('in parts is a refunded charge only at the end', () => {
    const first = made(refunded(CAPTURED, 4499));
    expect(first.charge).toMatchObject({ amountRefunded: 4499, refunded: false });
    expect(refundable(first.charge)).toBe(1);
    expect(made(refunded(first.charge, 1)).charge.refunded).toBe(true);
  });

  it('is refused for more than was captured, twice, or before a capture', () => {
    expect(refunded(CAPTURED, 4501)).toEqual({ kind: 'refused', reason: 'amount_too_large' });
    expect(refunded({ ...CAPTURED, amountCaptured: 100 }, 101)).toMatchObject({ reason: 'amount_too_large' });
    expect(refunded({ ...CAPTURED, amountRefunded: 4500 })).toMatchObject({ reason: 'already_refunded' });
    expect(refunded({ ...CAPTURED, captured: false })).toMatchObject({ reason: 'not_captured' });
  });

  it('of pm_card_pendingRefund is pending first', () => {
    const { refund: pending, charge } = made(refunded(CAPTURED, undefined, 'pending_refund'));
    expect(pending).toMatchObject({ status: 'pending', settles: { to: 'succeeded', atMs: 6_000 } });
    const settled = settle(pending, charge);
    expect(settled).toMatchObject({
      refund: { status: 'succeeded', settles: null },
      charge: { refunded: true },
    });
    expect(settled && settle(settled.refund, settled.charge)).toBeUndefined();
  });

  it('of pm_card_refundFail fails later, and the money counts as taken again', () => {
    const { refund: first, charge } = made(refunded(CAPTURED, undefined, 'refund_fails'));
    expect(first.status).toBe('succeeded');
    expect(settle(first, charge)).toMatchObject({
      refund: { status: 'failed', failureReason: 'expired_or_canceled_card' },
      charge: { refunded: false, amountRefunded: 0 },
      events: ['refund.updated', 'refund.failed'],
    });
  });
});
