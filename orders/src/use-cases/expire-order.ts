import { setTimeout as delay } from 'node:timers/promises';
import type { Deps } from '../deps';
import { settleOrder } from './settle-order';

/** A hint may come from a machine whose clock is a little ahead of ours; later than this, the sweeper does it. */
const CLOCK_SKEW_MS = 1_000;

/** Somebody says that an order is due. It expires if it is by our own clock; an earlier deadline of an extended order does nothing. */
export async function expireOrder(deps: Deps, orderId: string): Promise<void> {
  const order = await deps.orders.findById(orderId, { status: 1, expiresAt: 1 }).lean();
  if (order?.status !== 'created') return;
  const early = () => order.expiresAt.getTime() - deps.now().getTime();
  if (early() > CLOCK_SKEW_MS) return;
  // A timer may fire a moment before its time, when the order is not due yet.
  for (let ms = early(); ms > 0; ms = early()) await delay(ms);
  await settleOrder(deps, orderId);
}
