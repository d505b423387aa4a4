import type { Order } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';

/** A hold that comes too late is voided again, so none is begun with less than this left. */
export const LEAST_LEFT_MS = 5_000;

/** Whether a payment of this order may begin now; throws 409 `order_closed` or `order_expiring`. */
export function assertMayStart(order: Pick<Order, 'status' | 'createdAt' | 'expiresAt'>, now: Date): void {
  if (order.status !== 'created') throw new AppError('order_closed');
  const expiresAt = Date.parse(order.expiresAt);
  const window = expiresAt - Date.parse(order.createdAt);
  const left = expiresAt - now.getTime();
  if (left < Math.min(LEAST_LEFT_MS, window / 10)) throw new AppError('order_expiring');
}
