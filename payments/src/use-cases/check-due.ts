import { faultPoint } from '@gittix/common/fault-points';
import type { Deps } from '../deps';
import { nextCheck } from '../domain/schedule';

/** Payments taken up in one round; the rest wait for the next, or for another replica. */
const MOST_AT_ONCE = 100;

/**
 * Reconciles what is due. Each is claimed by setting its next time first, so that replicas share the work; two that work
 * the same payment all the same do no harm.
 */
export async function checkDue({ payments, reconciler, now }: Deps): Promise<void> {
  const at = now();
  const due = await payments
    .find({ nextCheckAt: { $lte: at } }, { status: 1, checks: 1, nextCheckAt: 1 })
    .sort({ nextCheckAt: 1 })
    .limit(MOST_AT_ONCE)
    .lean();
  for (const { _id, status, checks, nextCheckAt } of due) {
    const next = nextCheck(status, checks + 1, at);
    const claim = await payments.updateOne(
      { _id, nextCheckAt: nextCheckAt as Date },
      next
        ? { $set: { nextCheckAt: next, checks: checks + 1 } }
        : { $set: { checks: checks + 1 }, $unset: { nextCheckAt: 1 } },
    );
    if (claim.modifiedCount !== 1) continue;
    await faultPoint('payments.sweep.claimed');
    reconciler.kick(_id);
  }
}
