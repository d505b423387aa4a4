import type { PaymentStatus } from '@gittix/common/api';
import type { Deps } from '../deps';
import { OPEN, soon } from '../domain/schedule';

/**
 * Reconciles a payment soon, without waiting for it. Marked for the sweeper first, so that a crash only delays; the mark is
 * left out where nothing but `statuses` could need the step.
 */
export async function hurry(
  deps: Pick<Deps, 'payments' | 'reconciler' | 'now'>,
  orderId: string,
  statuses: readonly PaymentStatus[] = OPEN,
): Promise<void> {
  const due = soon(deps.now());
  await deps.payments.updateOne(
    {
      _id: orderId,
      status: { $in: [...statuses] },
      $or: [{ nextCheckAt: { $gt: due } }, { nextCheckAt: { $exists: false } }],
    },
    { $set: { nextCheckAt: due, checks: 0 } },
  );
  deps.reconciler.kick(orderId);
}
