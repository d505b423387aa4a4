import type { OrderState } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import { keepNewest } from '@gittix/common/mongo';
import type { OrderCopy } from '../data/order-model';
import type { Deps } from '../deps';
import { OPEN } from '../domain/schedule';
import { hurry } from './hurry';

const DEAD: readonly string[] = ['cancelled', 'expired', 'refunded'];

/** Brings the copy of an order up to date, and its payment, if there is one the news may concern, with it. */
export async function recordOrder(deps: Deps, order: OrderState): Promise<void> {
  await keepNewest(deps.orders, order.id, order as OrderCopy);
  await faultPoint('payments.order-copy.written');
  const concerned = DEAD.includes(order.status) ? [...OPEN, 'captured' as const] : OPEN;
  const payment = await deps.payments.exists({ _id: order.id, status: { $in: [...concerned] } });
  if (payment) await hurry(deps, order.id, concerned);
}
