import { cancelByBuyer } from './order-worker';
import type { Rules } from './rules';
import { commitOrder, commitPayment, type Saga } from './saga';

export interface Happening {
  saga: Saga;
  label: string;
  /** Needs the ticket to be free: the unique index on `holds` decides. */
  reserves?: true;
}

/** What may happen to an order besides the work of its replicas: its buyer, time, and the messages. */
export function happenings(saga: Saga, rules: Rules, options: { operator: boolean }): Happening[] {
  if (!saga.order)
    return [{ saga: commitOrder(saga, 'created'), label: 'the buyer reserves the ticket', reserves: true }];
  const list: Happening[] = [];
  if (!saga.lapsed && saga.order.status === 'created') {
    list.push({ saga: { ...saga, lapsed: true }, label: 'the hold lapses' });
  }
  const cancelled = cancelByBuyer(saga, rules);
  if (cancelled) list.push({ saga: cancelled, label: 'the buyer cancels the order' });
  // A slow request may have looked at the order long ago, so its present state does not matter.
  if (saga.orderCopy !== null && !saga.payment) {
    list.push({ saga: beginPayment(saga), label: 'the buyer begins to pay' });
  }
  if (saga.intent === 'open' && saga.payment?.knowsIntent) {
    list.push({
      saga: { ...saga, intent: 'held' },
      label: 'the buyer confirms at Stripe, the money is held',
    });
  }
  if (options.operator && saga.payment?.status === 'captured') {
    const { payment } = saga;
    const refunding = commitPayment(saga, { ...payment, version: payment.version + 1, status: 'refunding' });
    list.push({ saga: refunding, label: 'an operator refunds' });
  }
  return [...list, ...deliveries(saga)];
}

/**
 * Any of what was committed since may arrive next. Anything else that arrives is older than the copy or the copy itself,
 * and then only wakes a worker, which may happen anyway.
 */
export function deliveries(saga: Saga): Happening[] {
  const { orderNews, paymentNews } = saga;
  return [
    ...orderNews.map((status, at) => ({
      saga: { ...saga, orderCopy: status, orderNews: orderNews.slice(at + 1) },
      label: `payments hears that the order is ${status}`,
    })),
    ...paymentNews.map((status, at) => ({
      saga: { ...saga, paymentCopy: status, paymentNews: paymentNews.slice(at + 1) },
      label: `orders hears that the payment is ${status}`,
    })),
  ];
}

const beginPayment = (saga: Saga): Saga =>
  commitPayment(saga, {
    version: 0,
    status: 'started',
    knowsIntent: false,
    verdict: null,
    tries: { create: 1, capture: 1, cancel: 1, refund: 1 },
    createStuck: false,
  });
