import type { Intent, Shown } from './intent';
import type { OrderFacts, PaymentFacts } from './payment';
import { nextStep } from './reconcile';
import { OPEN } from './schedule';
import { ORDER_SIDES } from './sides';

/** What Stripe has and we have not, or have otherwise, and the reverse. */
export type DifferenceKind =
  /** An intent that names an order of ours and no payment of ours knows. */
  | 'orphan'
  /** One more intent of an order whose payment has another. */
  | 'second_intent'
  /** A payment whose intent Stripe does not know. */
  | 'unknown_at_stripe'
  | 'other_money'
  /** The table of reconcile would do something, and doing it did not help. */
  | 'out_of_step'
  | 'part_refund';

export interface Difference {
  kind: DifferenceKind;
  orderId: string;
  intentId?: string;
  what: string;
  /** For a human. */
  todo: string;
  /** What may be done without one, when asked to. */
  remedy?: 'cancel' | 'refund';
}

/** An intent of a list, which tells when it was made. */
export type ListedIntent = Intent & { createdAt: Date };

/** An order nobody here knows may still arrive, from a broker that is filled again or a copy restored: until then no hold is let go. */
export const GRACE_MS = 24 * 3_600_000;

type Money = 'none' | 'open' | 'held' | 'charged';

/** Where the money of an intent is, what is on its way back counted as gone. */
export function moneyAt({ status, amountReceived, refunds }: Intent): Money {
  if (status === 'canceled') return 'none';
  if (status === 'requires_capture') return 'held';
  if (status !== 'succeeded') return 'open';
  return amountReceived > refunds.succeeded + refunds.pending ? 'charged' : 'none';
}

const SAYS: Record<Exclude<Money, 'none'>, string> = {
  open: 'an intent that can still be paid',
  held: 'money held on a card',
  charged: 'money that was charged',
};

/** An intent that names an order but is no payment's. Money goes back only where the order can't want it any more. */
export function judgeOrphan(
  intent: ListedIntent,
  order: OrderFacts | undefined,
  now: Date,
): Difference | undefined {
  const money = moneyAt(intent);
  if (money === 'none') return undefined;
  const orderId = intent.metadata.orderId ?? '';
  const what = `Stripe has ${SAYS[money]} (${amountOf(intent)}), and there is no payment of its order`;
  const found = { kind: 'orphan' as const, orderId, intentId: intent.id, what };
  const remedy = money === 'charged' ? ('refund' as const) : ('cancel' as const);
  if (!order) {
    // A refund can't be taken back; whether the order was paid by it, only orders can tell.
    if (money === 'charged')
      return {
        ...found,
        todo: 'Run "republish orders" and then this again. If the order is unknown even then, refund it at Stripe.',
      };
    if (now.getTime() - intent.createdAt.getTime() < GRACE_MS)
      return {
        ...found,
        todo: 'Run "republish orders". In a day, --fix cancels it if the order is unknown.',
      };
    return { ...found, todo: '--fix cancels it: nobody here has known the order for a day.', remedy };
  }
  switch (ORDER_SIDES[order.status]) {
    case 'dead':
      return { ...found, todo: `--fix does: ${remedy}. The order is ${order.status}.`, remedy };
    case 'won':
      return {
        ...found,
        todo: `The order is ${order.status}: leave the money where it is, and restore the payment from a backup.`,
      };
    case 'undecided':
      return {
        ...found,
        todo: 'The order is open: its buyer goes on with this very intent. Run this again when it has ended.',
      };
  }
}

/** One more intent of an order: of no use to anybody, and all it has goes back once the payment's own is at rest. */
export function judgeSecondIntent(
  intent: Intent,
  payment: Pick<PaymentFacts, 'orderId' | 'status' | 'intentId'>,
): Difference | undefined {
  const money = moneyAt(intent);
  if (money === 'none') return undefined;
  const found = {
    kind: 'second_intent' as const,
    orderId: payment.orderId,
    intentId: intent.id,
    what: `Stripe has ${SAYS[money]} (${amountOf(intent)}) beside the payment's own intent ${payment.intentId}`,
  };
  if (money !== 'charged') return { ...found, todo: '--fix cancels it.', remedy: 'cancel' };
  if (OPEN.includes(payment.status))
    return { ...found, todo: 'Run this again when the payment has come to rest.' };
  return { ...found, todo: '--fix gives it back: the buyer was charged by both.', remedy: 'refund' };
}

/** A payment beside what Stripe shows of it. */
export function judgePayment(
  payment: PaymentFacts,
  order: OrderFacts | undefined,
  shown: Shown,
): Difference | undefined {
  const { orderId, intentId, status } = payment;
  const found = { orderId, ...(intentId === undefined ? {} : { intentId }) };
  if (shown === 'missing')
    return {
      ...found,
      kind: 'unknown_at_stripe',
      what: `the payment is ${status}, and Stripe does not know its intent`,
      todo: 'Is STRIPE_SECRET_KEY of the account and mode it was paid with? Nothing is done by itself.',
    };
  const step = nextStep(payment, order, shown);
  if (step.kind === 'tell')
    return {
      ...found,
      kind: 'out_of_step',
      what: step.why,
      todo: "Look at the intent in Stripe's dashboard, cancel or refund it there if need be, and run this again.",
    };
  if (step.kind !== 'wait')
    return {
      ...found,
      kind: 'out_of_step',
      what: `the payment is ${status}, and Stripe shows that there is more to do`,
      todo: 'It is under way, or Stripe refuses it: run this again, then look for "stripe did not do it" in the log.',
    };
  if (typeof shown === 'string') return undefined;
  return judgeMoney(payment, shown, found);
}

function judgeMoney(
  payment: PaymentFacts,
  shown: Intent,
  found: Pick<Difference, 'orderId' | 'intentId'>,
): Difference | undefined {
  const other = mismatches(payment, shown);
  if (other.length > 0)
    return {
      ...found,
      kind: 'other_money',
      what: `the payment is ${payment.status}; ${other.join('; ')}`,
      todo: 'Find out who changed it. If the buyer paid the wrong amount, refund the payment.',
    };
  const { refunds, amountReceived } = shown;
  const back = refunds.succeeded + refunds.pending;
  if (payment.status !== 'captured' || back === 0 || back >= amountReceived) return undefined;
  return {
    ...found,
    kind: 'part_refund',
    what: `${back} of ${amountReceived} ${shown.currency} were given back, and we show none of it`,
    todo: 'Refund the payment to give the rest back too, or leave it: a part is nothing GitTix knows.',
  };
}

function mismatches({ create, status }: PaymentFacts, shown: Intent): string[] {
  const { metadata } = create;
  const compare = (what: string, ours: unknown, theirs: unknown) =>
    ours === theirs ? [] : [`${what} is ${String(ours)} here and ${String(theirs)} at Stripe`];
  return [
    ...compare('the amount', create.amount, shown.amount),
    ...(status === 'captured' ? compare('what was charged', create.amount, shown.amountReceived) : []),
    ...compare('the currency', create.currency, shown.currency),
    ...compare('the order', metadata.orderId, shown.metadata.orderId),
    ...compare('the buyer', metadata.userId, shown.metadata.userId),
  ];
}

const amountOf = ({ amount, currency }: Intent) => `${amount} ${currency}`;
