import type { Order } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { toResource, type OrderDocument } from '../data';
import type { Deps } from '../deps';
import type { Person } from '../domain/order';

/** The order, or 404. */
export async function findOrder({ orders }: Pick<Deps, 'orders'>, id: string): Promise<OrderDocument> {
  const doc = await orders.findById(id);
  if (!doc) throw new AppError('not_found', { message: `There is no order ${id}` });
  return doc;
}

/** The order for its buyer or an operator, 403 for anybody else. */
export async function showOrder(
  deps: Pick<Deps, 'orders'>,
  input: { orderId: string; by: Person },
): Promise<Order> {
  const doc = await findOrder(deps, input.orderId);
  if (doc.userId !== input.by.userId && input.by.role !== 'admin') throw new AppError('forbidden');
  return toResource(doc);
}
