import { setTimeout as delay } from 'node:timers/promises';
import type { Payment } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import { isDuplicateKey } from '@gittix/common/mongo';
import { saveAggregate } from '@gittix/common/outbox';
import { findOrder, type OrderCopy } from '../data/order-model';
import type { PaymentDocument } from '../data/payment-model';
import type { Deps } from '../deps';
import { createParameters } from '../domain/payment';
import { assertMayStart } from '../domain/start';
import { stageChange } from './change-payment';
import { toAnswer } from './payment-answer';

const LOOK_AGAIN_MS = 50;

/**
 * Begins the payment of the caller's own order, or goes on with it: the same order has the same intent for ever. Reconciles
 * in any case, so whoever has just confirmed a payment and calls again need not wait for a webhook.
 */
export async function startPayment(
  deps: Deps,
  input: { orderId: string; userId: string },
): Promise<{ isNew: boolean; payment: Payment }> {
  const { orderId, userId } = input;
  const order = await waitForOrder(deps, orderId);
  if (order.userId !== userId) throw new AppError('forbidden');
  const isNew = (await deps.payments.exists({ _id: orderId })) === null && (await insertPayment(deps, order));
  const doc = await deps.reconciler.run(orderId);
  if (!doc) throw new Error(`payment ${orderId} is gone`);
  const orderNow = await findOrder(deps.orders, orderId);
  assertStillOfUse(doc, orderNow);
  return { isNew, payment: toAnswer(deps, doc, orderNow, userId) };
}

/** An order made a moment ago may not have arrived here yet. */
async function waitForOrder(deps: Deps, orderId: string): Promise<OrderCopy> {
  const looks = Math.ceil(deps.orderWaitMs / LOOK_AGAIN_MS);
  for (let look = 0; ; look++) {
    const order = await findOrder(deps.orders, orderId);
    if (order) return order;
    if (look >= looks) throw new AppError('order_not_known_yet', { retryAfter: 1 });
    await delay(LOOK_AGAIN_MS);
  }
}

/** The intention, before Stripe hears of it. False when another request was faster. */
async function insertPayment(deps: Deps, order: OrderCopy): Promise<boolean> {
  const at = deps.now();
  assertMayStart(order, at);
  const doc = new deps.payments({
    _id: order.id,
    userId: order.userId,
    status: 'started',
    amount: order.total,
    create: createParameters(order),
    tries: { create: 1, capture: 1, cancel: 1, refund: 1 },
    createKeyAt: at,
    createStuck: false,
    createdAt: at,
    checks: 0,
  });
  stageChange(deps, doc, 'PaymentUpdated');
  try {
    await saveAggregate(deps.relay, doc, {
      saving: () => faultPoint('payments.start.saving'),
      saved: () => faultPoint('payments.start.saved'),
    });
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  return true;
}

/** The buyer is told at once when there is nothing left to pay. */
function assertStillOfUse({ status }: PaymentDocument, order: OrderCopy | null): void {
  if (status === 'authorized' || status === 'captured') return;
  const isOrderOpen = order?.status === 'created';
  if (status === 'started' && isOrderOpen) return;
  throw new AppError(isOrderOpen ? 'payment_closed' : 'order_closed');
}
