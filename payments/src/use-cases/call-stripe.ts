import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import type { PaymentDocument } from '../data/payment-model';
import { toFacts } from '../data/payment-state';
import type { ReconcileDeps } from '../deps';
import type { Intent } from '../domain/intent';
import { idempotencyKey, type Call } from '../domain/payment';
import { afterRefusal, isUndone } from '../domain/reconcile';
import { StripeFailure } from '../stripe';
import { changePayment, markCreateStuck, renewTry } from './change-payment';

const CALLING: Record<Call, () => Promise<void> | void> = {
  create: () => faultPoint('payments.create.calling'),
  capture: () => faultPoint('payments.capture.calling'),
  cancel: () => faultPoint('payments.cancel.calling'),
  refund: () => faultPoint('payments.refund.calling'),
};
const CALLED: Record<Call, () => Promise<void> | void> = {
  create: () => faultPoint('payments.create.called'),
  capture: () => faultPoint('payments.capture.called'),
  cancel: () => faultPoint('payments.cancel.called'),
  refund: () => faultPoint('payments.refund.called'),
};

type LaterCall = Exclude<Call, 'create'>;

/**
 * Makes a call under its fixed key. The intention is in the database already: the status, the parameters, the try.
 * Answers the intent when Stripe's answer shows it, undefined when it must be read. A result that is not known rejects.
 */
export async function callStripe(
  deps: ReconcileDeps,
  doc: PaymentDocument,
  call: Call,
): Promise<Intent | undefined> {
  const facts = toFacts(doc);
  const key = idempotencyKey(facts, call);
  const line = { orderId: doc._id, intentId: doc.intentId, call, key };
  try {
    await CALLING[call]();
    const answer = await request(deps, doc, call, key);
    await CALLED[call]();
    deps.logger.info({ ...line, shows: answer?.status }, 'stripe did it');
    return answer;
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    const { kind, status, replayed } = error;
    deps.logger.warn({ ...line, kind, status, replayed, err: error }, 'stripe did not do it');
    if (kind === 'misconfigured') deps.logger.error(line, 'the secret key is not good for this call');
    if (kind === 'unknown' || kind === 'misconfigured') throw error;
    if (call === 'create') return createFailed(deps, doc, error);
    return laterCallFailed(deps, doc, call, error);
  }
}

async function request(
  { stripe }: ReconcileDeps,
  doc: PaymentDocument,
  call: Call,
  key: string,
): Promise<Intent | undefined> {
  const intentId = doc.intentId ?? '';
  switch (call) {
    case 'create':
      return stripe.create(doc.create, key);
    case 'capture':
      return stripe.capture(intentId, key);
    case 'cancel':
      return stripe.cancel(intentId, key);
    case 'refund':
      await stripe.refund(intentId, doc._id, key);
      return undefined;
  }
}

/** A stored answer will be repeated for a day: search for the intent instead, now if the answer was such a repeat. */
async function createFailed(
  deps: ReconcileDeps,
  doc: PaymentDocument,
  error: StripeFailure,
): Promise<undefined> {
  if (error.kind === 'refused' || error.replayed) await markCreateStuck(deps, doc);
  // A refusal is our bug or our account's trouble, and no matter of this shopper's order.
  if (error.kind === 'refused') throw new AppError('unavailable', { retryAfter: 5, cause: error });
  if (!error.replayed) throw error;
  return undefined;
}

async function laterCallFailed(
  deps: ReconcileDeps,
  doc: PaymentDocument,
  call: LaterCall,
  error: StripeFailure,
): Promise<Intent | undefined> {
  const intent = await deps.stripe.retrieve(doc.intentId ?? '');
  // It happened all the same, or something else did: the table knows what to make of it.
  if (!intent || !isUndone(call, intent)) return intent;
  if (error.kind === 'server') {
    await renewTry(deps, doc, call);
    throw error;
  }
  const next = afterRefusal(call, error.failure);
  if (next.kind === 'change') {
    await changePayment(deps, doc, next.change);
    return intent;
  }
  await renewTry(deps, doc, call);
  throw new AppError('unavailable', { retryAfter: 5, cause: error });
}
