import { AppError } from '@gittix/common/errors';
import { findOrder } from '../data/order-model';
import type { PaymentDocument } from '../data/payment-model';
import { toFacts } from '../data/payment-state';
import type { CompareDeps } from '../deps';
import {
  judgeOrphan,
  judgePayment,
  judgeSecondIntent,
  moneyAt,
  type Difference,
  type ListedIntent,
} from '../domain/differences';
import { StripeFailure } from '../stripe';
import { askStripe } from './reconcile';

/** A payment beside what Stripe shows of it now. */
export async function lookAtPayment(
  deps: CompareDeps,
  doc: PaymentDocument,
): Promise<Difference | undefined> {
  const order = (await findOrder(deps.orders, doc._id)) ?? undefined;
  return judgePayment(toFacts(doc), order, await askStripe(deps, doc));
}

/** An intent that is not its order's payment's, as all three are now. */
export async function lookAtStray(
  deps: CompareDeps,
  { id, createdAt, metadata }: ListedIntent,
): Promise<Difference | undefined> {
  const shown = await deps.stripe.retrieve(id);
  if (!shown) return undefined;
  const doc = await deps.payments.findById(metadata.orderId);
  if (doc) return doc.intentId === id ? undefined : judgeSecondIntent(shown, toFacts(doc));
  const order = (await findOrder(deps.orders, metadata.orderId ?? '')) ?? undefined;
  return judgeOrphan({ ...shown, createdAt }, order, deps.now());
}

/** Reconciles a payment that seems out of step; answers what is left. */
export async function settle(deps: CompareDeps, orderId: string): Promise<Difference | undefined> {
  try {
    await deps.reconciler.run(orderId);
  } catch (error) {
    // Refused or undone: the look afterwards tells what is left. Stripe not answering at all ends the comparison.
    if (!(error instanceof AppError) && !(error instanceof StripeFailure && error.kind === 'server'))
      throw error;
    deps.logger.warn({ err: error, orderId }, 'could not be settled');
  }
  const doc = await deps.payments.findById(orderId);
  return doc ? lookAtPayment(deps, doc) : undefined;
}

/** Gives back money that nobody can want any more; true when it is gone. */
export async function remedy(deps: CompareDeps, difference: Difference): Promise<boolean> {
  const { orderId, intentId } = difference;
  if (difference.remedy === undefined || intentId === undefined) return false;
  // A key for each run: Stripe stores a refusal too, and the state of the intent keeps a second one from doing harm.
  const key = `${orderId}:${intentId}:${difference.remedy}:${deps.now().getTime()}`;
  try {
    if (difference.remedy === 'cancel') await deps.stripe.cancel(intentId, key);
    else await deps.stripe.refund(intentId, orderId, key);
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error;
    deps.logger.warn({ err: error, ...difference }, 'could not be fixed');
  }
  const shown = await deps.stripe.retrieve(intentId);
  const isGone = !shown || moneyAt(shown) === 'none';
  if (isGone) deps.logger.warn({ ...difference }, 'money was given back');
  return isGone;
}
