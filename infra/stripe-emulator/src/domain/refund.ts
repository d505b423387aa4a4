import { cardNamed } from './cards';
import type {
  ChargeRecord,
  EventType,
  Metadata,
  PaymentMethodRecord,
  RefundReason,
  RefundRecord,
} from './records';

export interface RefundRequest {
  id: string;
  amount: number | undefined;
  reason: RefundReason | null;
  metadata: Metadata;
  nowMs: number;
  /** How much later the cards that change their refund do so. */
  settleAfterMs: number;
}

export type RefundDecision =
  | { kind: 'refunded'; refund: RefundRecord; charge: ChargeRecord; events: EventType[] }
  | { kind: 'refused'; reason: 'not_captured' | 'already_refunded' | 'amount_too_large' };

/** What is left to give back of a captured charge. */
export function refundable(charge: ChargeRecord): number {
  return charge.captured ? charge.amountCaptured - charge.amountRefunded : 0;
}

export function refund(
  charge: ChargeRecord,
  paymentMethod: PaymentMethodRecord,
  request: RefundRequest,
): RefundDecision {
  if (!charge.captured) return { kind: 'refused', reason: 'not_captured' };
  const left = refundable(charge);
  if (left === 0) return { kind: 'refused', reason: 'already_refunded' };
  const amount = request.amount ?? left;
  if (amount > left) return { kind: 'refused', reason: 'amount_too_large' };
  const { refund: course } = cardNamed(paymentMethod.card);
  const atMs = request.nowMs + request.settleAfterMs;
  return {
    kind: 'refunded',
    refund: {
      id: request.id,
      chargeId: charge.id,
      intentId: charge.intentId,
      amount,
      currency: charge.currency,
      created: Math.floor(request.nowMs / 1000),
      status: course === 'pending_first' ? 'pending' : 'succeeded',
      reason: request.reason,
      failureReason: null,
      metadata: request.metadata,
      settles:
        course === 'succeeds' ? null : { to: course === 'pending_first' ? 'succeeded' : 'failed', atMs },
    },
    charge: withRefunded(charge, charge.amountRefunded + amount),
    events: ['refund.created', 'charge.refunded'],
  };
}

/** The later end of a refund; undefined when nothing is left to happen. A failed one counts as money not given back. */
export function settle(
  refundMade: RefundRecord,
  charge: ChargeRecord,
): { refund: RefundRecord; charge: ChargeRecord; events: EventType[] } | undefined {
  if (!refundMade.settles) return undefined;
  const failed = refundMade.settles.to === 'failed';
  return {
    refund: {
      ...refundMade,
      status: refundMade.settles.to,
      failureReason: failed ? 'expired_or_canceled_card' : null,
      settles: null,
    },
    charge: failed ? withRefunded(charge, charge.amountRefunded - refundMade.amount) : charge,
    events: failed ? ['refund.updated', 'refund.failed'] : ['refund.updated'],
  };
}

function withRefunded(charge: ChargeRecord, amountRefunded: number): ChargeRecord {
  return { ...charge, amountRefunded, refunded: amountRefunded === charge.amountCaptured };
}
