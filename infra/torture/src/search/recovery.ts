import { deliveries } from './happenings';
import { wrongRest } from './invariants';
import { settle } from './order-worker';
import { beginReconcile, reconcileStep, type PaymentWork } from './payment-worker';
import type { Rules } from './rules';
import { commitOrder, type Saga } from './saga';

const MOST_STEPS = 200;

/**
 * The next thing that is sure to happen when all workers have crashed and nothing else goes wrong any more: messages
 * arrive, and are handled again until they were handled once; sweepers come. Undefined: at rest.
 */
export function nextSure(saga: Saga, rules: Rules): { saga: Saga; label: string } | undefined {
  const delivery = deliveries(saga).at(-1);
  if (delivery) return delivery;
  const due = settle(saga, rules);
  if (saga.order && due && (rules.sweepsOrders || due.status !== 'expired')) {
    return { saga: commitOrder(saga, due.status), label: `orders settles: ${due.status}` };
  }
  if (!saga.payment || !rules.sweepsPayment(saga.payment.status)) return undefined;
  return sweepPayment(saga, rules);
}

function sweepPayment(saga: Saga, rules: Rules): { saga: Saga; label: string } | undefined {
  let now = saga;
  let work: PaymentWork | null = beginReconcile(saga);
  const labels: string[] = [];
  for (let step = 0; work; step++) {
    if (step === MOST_STEPS) throw new Error('reconcile does not come to rest');
    const [outcome] = reconcileStep(now, work, rules);
    if (!outcome) throw new Error('a worker has no next step');
    ({ saga: now, work } = outcome);
    labels.push(outcome.label);
  }
  return now === saga ? undefined : { saga: now, label: `the sweeper of payments ${labels.join(', ')}` };
}

/** What is wrong with where this leads when nothing else goes wrong, and the way there; undefined when all is well. */
export function wrongRecovery(saga: Saga, rules: Rules): { why: string; way: string[] } | undefined {
  const way: string[] = [];
  let now = saga;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = nextSure(now, rules);
    if (!next) {
      const why = wrongRest(now);
      return why === undefined ? undefined : { why, way };
    }
    way.push(next.label);
    now = next.saga;
  }
  return { why: 'it does not come to rest', way };
}
