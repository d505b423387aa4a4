import { setTimeout as delay } from 'node:timers/promises';
import { Error as MongooseErrors } from 'mongoose';
import { AppError } from '@gittix/common/errors';
import { findOrder } from '../data/order-model';
import type { PaymentDocument } from '../data/payment-model';
import { toFacts } from '../data/payment-state';
import type { ReconcileDeps } from '../deps';
import type { Shown } from '../domain/intent';
import { howToAsk, nextStep } from '../domain/reconcile';
import { callStripe } from './call-stripe';
import { changePayment, renewTry } from './change-payment';

/** A payment's whole life has fewer steps; more means that two facts contradict each other. */
const MOST_ROUNDS = 16;
const MOST_CONFLICTS = 8;

/**
 * Brings a payment, its order and Stripe together: reads the own document, then the copy of the order, then what Stripe
 * shows, does the one step that follows, and begins again until there is nothing to do. Whatever was interrupted anywhere
 * is finished by the next call, by whomever. Null when there is no payment. Rejects with StripeFailure when Stripe can't tell.
 */
export async function reconcile(deps: ReconcileDeps, orderId: string): Promise<PaymentDocument | null> {
  /**
   * What Stripe showed last, good while the document has the version it had then: another's later change may follow from
   * something newer. A replayed answer may be old too, but nobody can pay before the secret in it is written down.
   */
  let answer: { shown: Shown; version: number } | undefined;
  let conflicts = 0;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const doc = await deps.payments.findById(orderId);
    if (!doc) return null;
    const order = (await findOrder(deps.orders, orderId)) ?? undefined;
    const known = answer?.version === doc.version ? answer.shown : undefined;
    const shown = known ?? (await askStripe(deps, doc));
    const step = nextStep(toFacts(doc), order, shown);
    try {
      switch (step.kind) {
        case 'wait':
          return doc;
        case 'tell':
          // Nobody is called for an answer that the order may have overtaken: look first.
          if (known !== undefined) {
            answer = undefined;
            break;
          }
          deps.logger.error({ orderId, intentId: doc.intentId, why: step.why }, 'a payment needs a human');
          return doc;
        case 'call':
          answer = at(doc, await callStripe(deps, doc, step.call));
          break;
        case 'renew':
          await renewTry(deps, doc, step.call);
          answer = undefined;
          break;
        case 'change':
          await changePayment(deps, doc, step.change);
          answer = at(doc, shown);
          break;
      }
    } catch (error) {
      if (!(error instanceof MongooseErrors.VersionError)) throw error;
      // Somebody else changed it meanwhile: decide again from what is true now.
      if (++conflicts > MOST_CONFLICTS) throw new AppError('write_conflict', { cause: error });
      answer = undefined;
      await delay(conflicts * 5);
    }
  }
  throw new Error(`payment ${orderId} does not come to rest`);
}

const at = ({ version }: PaymentDocument, shown: Shown | undefined) => shown && { shown, version };

/** What Stripe shows; `unasked` when the next step, repeating the create, will tell. */
export async function askStripe(
  deps: Pick<ReconcileDeps, 'stripe' | 'now'>,
  doc: PaymentDocument,
): Promise<Shown> {
  const facts = toFacts(doc);
  switch (howToAsk(facts, deps.now())) {
    case 'by_id':
      return (await deps.stripe.retrieve(facts.intentId ?? '')) ?? 'missing';
    case 'by_create':
      return 'unasked';
    case 'by_search':
      return (await deps.stripe.find(doc._id, doc.createdAt)) ?? 'absent';
  }
}
