import type { OrderCopy } from '../data/order-model';
import type { PaymentDocument } from '../data/payment-model';
import { toFacts } from '../data/payment-state';
import type { CompareDeps } from '../deps';
import { judgePayment, moneyAt, type Difference, type ListedIntent } from '../domain/differences';
import { OPEN } from '../domain/schedule';
import { lookAtPayment, lookAtStray, remedy, settle } from './settle-difference';

/** What a comparison saw and did. */
export interface Comparison {
  since: Date;
  /** Intents of ours at Stripe; those of other programs of the account are left out. */
  intents: number;
  payments: number;
  /** Payments that were out of step and are not any more. */
  settled: number;
  /** Other differences that a remedy ended. */
  fixed: number;
  /** What is left, for a human. */
  differences: Difference[];
}

/** The clocks of Stripe and ours may differ by this much. */
const CLOCK_SKEW_MS = 300_000;
const ORDER_ID = /^[0-9a-f]{24}$/;

/**
 * Compares what Stripe has with what we have, both ways. Lists only name suspects: each is looked at anew before it is
 * reported, for sales go on meanwhile. A payment that is out of step is reconciled, as the sweeper would; other money is given
 * back where `fix` asks for it and nobody can want it any more.
 */
export async function compareWithStripe(
  deps: CompareDeps,
  { since, fix }: { since: Date; fix: boolean },
): Promise<Comparison> {
  const result: Comparison = { since, intents: 0, payments: 0, settled: 0, fixed: 0, differences: [] };
  const note = async (difference: Difference | undefined) => {
    if (!difference) return;
    if (fix && (await remedy(deps, difference))) result.fixed += 1;
    else result.differences.push(difference);
  };
  const compared = new Set<string>();
  const compare = async (doc: PaymentDocument, suspect: Difference | undefined) => {
    compared.add(doc._id);
    result.payments += 1;
    if (!suspect) return;
    const left = await settle(deps, doc._id);
    if (left) result.differences.push(left);
    else result.settled += 1;
  };

  const { intents, refunded } = await deps.books.since(new Date(since.getTime() - CLOCK_SKEW_MS));
  for await (const page of intents) {
    const ours = page.filter(({ metadata }) => ORDER_ID.test(metadata.orderId ?? ''));
    result.intents += ours.length;
    const { payments, orders } = await loadAll(deps, ours);
    for (const intent of ours) {
      const orderId = intent.metadata.orderId ?? '';
      const doc = payments.get(orderId);
      const isItsOwn = doc && (doc.intentId ?? intent.id) === intent.id;
      if (isItsOwn) await compare(doc, judgePayment(toFacts(doc), orders.get(orderId), intent));
      else if (moneyAt(intent) !== 'none') await note(await lookAtStray(deps, intent));
    }
  }
  // The reverse: payments whose intents were not in the list, and older ones that were refunded since.
  const made = { createdAt: { $gte: since } };
  for await (const doc of deps.payments.find({ $or: [made, { intentId: { $in: refunded } }] }).cursor()) {
    if (compared.has(doc._id)) continue;
    const hasNothingAtStripe = doc.intentId === undefined && !OPEN.includes(doc.status);
    await compare(doc, hasNothingAtStripe ? undefined : await lookAtPayment(deps, doc));
  }
  return result;
}

/** The payments and orders that a page of intents names, in two requests. */
async function loadAll({ payments, orders }: CompareDeps, intents: ListedIntent[]) {
  const _id = { $in: intents.map(({ metadata }) => metadata.orderId ?? '') };
  const [docs, copies] = await Promise.all([
    payments.find({ _id }),
    orders.find({ _id }).lean<OrderCopy[]>().exec(),
  ]);
  return {
    payments: new Map(docs.map((doc) => [doc._id, doc])),
    orders: new Map(copies.map((copy) => [copy._id, copy])),
  };
}
