import type { Order } from '@gittix/common/api';
import { toResource } from '../data';
import type { Deps } from '../deps';

/** One page of a buyer's own orders, newest first. */
export async function listOrders(
  { orders }: Pick<Deps, 'orders'>,
  { userId, page, perPage }: { userId: string; page: number; perPage: number },
): Promise<{ items: Order[]; totalItems: number }> {
  const [docs, totalItems] = await Promise.all([
    orders
      .find({ userId })
      // The id makes pages stable where two orders are of one instant.
      .sort({ createdAt: -1, _id: -1 })
      .skip((page - 1) * perPage)
      .limit(perPage),
    orders.countDocuments({ userId }),
  ]);
  return { items: docs.map(toResource), totalItems };
}
