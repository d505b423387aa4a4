import type { Payment } from '@gittix/common/api';
import type { OrderCopy } from '../data/order-model';
import type { PaymentRecord } from '../data/payment-model';
import { toState } from '../data/payment-state';
import type { Deps } from '../deps';

/** A payment as its buyer or an operator sees it; what it takes to pay is told to the buyer only, and only while it is of use. */
export function toAnswer(
  { checkout }: Pick<Deps, 'checkout'>,
  doc: PaymentRecord,
  order: Pick<OrderCopy, 'status'> | null,
  callerId: string,
): Payment {
  const { orderId, status, amount, failure, authorizedAt, createdAt } = toState(doc, doc.version);
  const isConfirmable = status === 'started' && order?.status === 'created' && callerId === doc.userId;
  return {
    orderId,
    status,
    amount,
    ...(isConfirmable && doc.clientSecret !== undefined
      ? { clientSecret: doc.clientSecret, ...checkout }
      : {}),
    ...(failure ? { failure } : {}),
    ...(authorizedAt === undefined ? {} : { authorizedAt }),
    createdAt,
  };
}
