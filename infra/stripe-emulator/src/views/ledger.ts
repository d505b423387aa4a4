import type { ChargeRecord, IntentRecord, RefundRecord } from '../domain/records';
import type { LedgerEntry } from '../ledger/entry';
import type { State } from '../ledger/state';

/** The ledger for people and for checks from outside: no client secret, no parameter, no stored answer. */

export function entryView(entry: LedgerEntry): Record<string, unknown> {
  const { intents = [], charges = [], refunds = [] } = entry.changes;
  return {
    seq: entry.seq,
    at: new Date(entry.atMs).toISOString(),
    operation: entry.operation,
    status: entry.status,
    subject: entry.subject,
    request_id: entry.requestId,
    idempotency_key: entry.reply?.key ?? null,
    payment_intents: intents.map(intentSummary),
    charges: charges.map(chargeSummary),
    refunds: refunds.map(refundSummary),
    events: entry.events.map(({ id, type }) => ({ id, type })),
  };
}

export function booksView(state: State): Record<string, unknown> {
  return {
    payment_intents: [...state.intents.values()].map(intentSummary),
    charges: [...state.charges.values()].map(chargeSummary),
    refunds: [...state.refunds.values()].map(refundSummary),
    webhooks_owed: state.owedEvents.size,
  };
}

function intentSummary(intent: IntentRecord) {
  return {
    id: intent.id,
    status: intent.status,
    amount: intent.amount,
    amount_capturable: intent.amountCapturable,
    amount_received: intent.amountReceived,
    currency: intent.currency,
    capture_method: intent.captureMethod,
    created: intent.created,
    canceled_at: intent.canceledAt,
    cancellation_reason: intent.cancellationReason,
    latest_charge: intent.latestChargeId,
    last_payment_error: intent.lastPaymentError?.code ?? null,
    metadata: intent.metadata,
  };
}

function chargeSummary(charge: ChargeRecord) {
  return {
    id: charge.id,
    payment_intent: charge.intentId,
    status: charge.status,
    amount: charge.amount,
    currency: charge.currency,
    captured: charge.captured,
    amount_captured: charge.amountCaptured,
    amount_refunded: charge.amountRefunded,
    refunded: charge.refunded,
    created: charge.created,
  };
}

function refundSummary(refund: RefundRecord) {
  return {
    id: refund.id,
    charge: refund.chargeId,
    payment_intent: refund.intentId,
    status: refund.status,
    amount: refund.amount,
    currency: refund.currency,
    created: refund.created,
    reason: refund.reason,
  };
}
