import type { PaymentState } from '@gittix/common/events';
import type { PaymentFacts } from '../domain/payment';
import type { PaymentRecord } from './payment-model';

/** The payment's whole public state, as its events carry it: no client secret, no keys, no notes of ours. */
export function toState(doc: PaymentRecord, version: number): PaymentState {
  return {
    id: doc._id,
    version,
    orderId: doc._id,
    userId: doc.userId,
    status: doc.status,
    amount: { amount: doc.amount.amount, currency: doc.amount.currency },
    ...(doc.intentId === undefined ? {} : { intentId: doc.intentId }),
    ...(doc.failure ? { failure: { code: doc.failure.code, message: doc.failure.message } } : {}),
    ...(doc.authorizedAt ? { authorizedAt: doc.authorizedAt.toISOString() } : {}),
    createdAt: doc.createdAt.toISOString(),
  };
}

/** What the domain decides from. */
export function toFacts(doc: PaymentRecord): PaymentFacts {
  const { create, capture, cancel, refund } = doc.tries;
  return {
    orderId: doc._id,
    userId: doc.userId,
    status: doc.status,
    amount: { amount: doc.amount.amount, currency: doc.amount.currency },
    create: doc.create,
    intentId: doc.intentId,
    failure: doc.failure ?? undefined,
    verdict: doc.verdict,
    tries: { create, capture, cancel, refund },
    createKeyAt: doc.createKeyAt,
    createStuck: doc.createStuck,
  };
}
