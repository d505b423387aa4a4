import type { Payment } from '@gittix/common/api';
import type { Caller } from '@gittix/common/auth';
import { AppError } from '@gittix/common/errors';
import { findOrder } from '../data/order-model';
import type { Deps } from '../deps';
import { toAnswer } from './payment-answer';

/** The payment of an order, for its buyer or an operator; 404 when none was begun. */
export async function showPayment(
  deps: Pick<Deps, 'payments' | 'orders' | 'checkout'>,
  input: { orderId: string; caller: Caller },
): Promise<Payment> {
  const { orderId, caller } = input;
  const doc = await deps.payments.findById(orderId);
  if (!doc) throw new AppError('not_found', { message: `There is no payment of order ${orderId}` });
  if (doc.userId !== caller.userId && caller.role !== 'admin') throw new AppError('forbidden');
  return toAnswer(deps, doc, await findOrder(deps.orders, orderId), caller.userId);
}
