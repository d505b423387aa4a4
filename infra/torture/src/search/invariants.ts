import { isLive, PAID_FOR, type Saga } from './saga';

/** What is wrong with one order and its money, at any time; undefined when nothing is. */
export function wrongState({ order, intent }: Saga): string | undefined {
  const isPaidFor = order !== null && PAID_FOR.includes(order.status);
  if (intent === 'paid' && !isPaidFor) {
    return `money was taken and not given back, and the order is ${order?.status ?? 'not there'}`;
  }
  if (order?.status === 'complete' && intent !== 'paid' && intent !== 'refunded') {
    return `the order is complete, and its money is ${intent}`;
  }
  return undefined;
}

/** What is wrong with a step. */
export function wrongStep(before: Saga, after: Saga): string | undefined {
  if (
    before.intent === 'held' &&
    after.intent === 'paid' &&
    !PAID_FOR.includes(before.order?.status ?? 'created')
  ) {
    return `captured while the order is ${before.order?.status}`;
  }
  if (before.order?.status === 'secured' && after.order?.status === 'expired')
    return 'a secured order expired';
  if (before.order?.status === 'secured' && after.order?.status === 'cancelled' && !wasRefused(after)) {
    return 'a sale that was won is given up, and the bank refused nothing';
  }
  if (before.order && !isLive(before) && before.order.status !== after.order?.status) {
    return `an order that was ${before.order.status} became ${after.order?.status}`;
  }
  return undefined;
}

const wasRefused = ({ answers }: Saga) =>
  Object.entries(answers).some(([key, answer]) => key.startsWith('capture:') && answer === 'refused');

/** What is wrong where nothing is left to be done by itself. */
export function wrongRest({ order, lapsed, payment, intent }: Saga): string | undefined {
  if (!order) return undefined;
  switch (order.status) {
    case 'secured':
      return 'the order stays secured for ever';
    case 'complete':
      return intent === 'paid' ? undefined : `the order is complete, and its money stays ${intent}`;
    case 'created':
      if (lapsed) return 'the hold has lapsed, and nobody expires the order';
      return intent === 'none' || intent === 'open'
        ? undefined
        : `nobody notices that the money is ${intent}`;
    case 'cancelled':
    case 'expired':
    case 'refunded': {
      // An intent whose secret nobody was ever told can't be paid.
      const isOut = intent === 'none' || intent === 'canceled' || intent === 'refunded';
      if (isOut || (intent === 'open' && !payment?.knowsIntent)) return undefined;
      return `the order is ${order.status}, and its money stays ${intent}`;
    }
  }
}
