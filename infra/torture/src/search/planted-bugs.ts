import type { Command, OrderFacts } from '../../../../orders/src/domain/order-types';
import { PRODUCTION, type Rules } from './rules';

export type BugName =
  | 'expire-after-secured'
  | 'capture-before-secured'
  | 'complete-before-captured'
  | 'no-void'
  | 'no-capture-resume'
  | 'no-sweeper';

const { decide, dueCommands, nextStep, sweepsPayment } = PRODUCTION;
const isDue = (order: OrderFacts, now: Date) => now >= order.expiresAt;

/** The production rules with one mistake each, made around them. A search that does not find all six proves nothing. */
export const PLANTED_BUGS: Record<BugName, Rules> = {
  'expire-after-secured': {
    ...PRODUCTION,
    dueCommands: (order, surroundings): Command[] =>
      order.status === 'secured'
        ? [...dueCommands(order, surroundings), { type: 'expire' }]
        : dueCommands(order, surroundings),
    decide: (order, command, now) =>
      order.status === 'secured' && command.type === 'expire' && isDue(order, now)
        ? { kind: 'change', change: { status: 'expired', event: 'OrderExpired', by: 'orders' } }
        : decide(order, command, now),
  },
  'capture-before-secured': {
    ...PRODUCTION,
    nextStep: (payment, order, shown) => {
      const isHeld = typeof shown !== 'string' && shown.status === 'requires_capture';
      if (payment.status === 'authorized' && isHeld && order?.status === 'created') {
        return { kind: 'call', call: 'capture' };
      }
      return nextStep(payment, order, shown);
    },
  },
  'complete-before-captured': {
    ...PRODUCTION,
    decide: (order, command, now) =>
      order.status === 'secured' && command.type === 'secure'
        ? decide(order, { ...command, type: 'complete' }, now)
        : decide(order, command, now),
  },
  'no-void': {
    ...PRODUCTION,
    nextStep: (payment, order, shown) => {
      const step = nextStep(payment, order, shown);
      const isUndoing = step.kind === 'change' && step.change.status === 'voiding';
      return isUndoing && step.change.verdict === undefined ? { kind: 'wait' } : step;
    },
  },
  'no-capture-resume': {
    ...PRODUCTION,
    sweepsPayment: (status) => status !== 'authorized' && sweepsPayment(status),
  },
  'no-sweeper': { ...PRODUCTION, sweepsOrders: false, sweepsPayment: () => false },
};

/** A mistake that this search found in earnest: replicas went on with what Stripe had shown them before others' changes. */
export const TRUSTS_OLD_ANSWERS: Rules = { ...PRODUCTION, forgetsOldAnswers: false };
