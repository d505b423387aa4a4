import type { PaymentState } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import { keepNewest } from '@gittix/common/mongo';
import { toFacts } from '../data';
import type { Deps } from '../deps';
import { isPaymentOf } from '../domain/order';
import { settleOrder } from './settle-order';

/** Brings the copy of a payment up to date; then, copy newer or not, its order decides from the copy. */
export async function recordPayment(deps: Deps, payment: PaymentState): Promise<void> {
  await keepNewest(deps.payments, payment.id, payment);
  await faultPoint('orders.payment-copy.written');
  const order = await settleOrder(deps, payment.id);
  if (order && !isPaymentOf(toFacts(order), payment)) {
    const { id: orderId, version, status } = payment;
    deps.logger.error({ orderId, version, status }, 'payment does not match its order, it needs a human');
  }
}
