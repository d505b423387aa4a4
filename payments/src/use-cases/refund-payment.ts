import type { Payment } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate } from '@gittix/common/outbox';
import { findOrder } from '../data/order-model';
import type { PaymentDocument } from '../data/payment-model';
import type { Deps } from '../deps';
import { stageChange } from './change-payment';
import { toAnswer } from './payment-answer';

/** An operator gives the money back. Only begun here; the payment's state tells the rest. A repeat changes nothing. */
export async function refundPayment(
  deps: Deps,
  input: { orderId: string; by: string; reason: string },
): Promise<Payment> {
  const { orderId, by, reason } = input;
  const { doc } = await changeAggregate({
    relay: deps.relay,
    load: () => load(deps, orderId),
    decide: (payment) => {
      if (payment.status === 'refunding' || payment.status === 'refunded') return false;
      if (payment.status !== 'captured') throw new AppError('not_refundable');
      payment.status = 'refunding';
      payment.refund = { by, reason, at: deps.now() };
      stageChange(deps, payment, 'PaymentUpdated');
      return true;
    },
    moments: {
      saving: () => faultPoint('payments.operator-refund.saving'),
      saved: () => faultPoint('payments.operator-refund.saved'),
    },
  });
  deps.reconciler.kick(orderId);
  return toAnswer(deps, doc, await findOrder(deps.orders, orderId), by);
}

async function load({ payments }: Deps, orderId: string): Promise<PaymentDocument> {
  const doc = await payments.findById(orderId);
  if (!doc) throw new AppError('not_found', { message: `There is no payment of order ${orderId}` });
  return doc;
}
