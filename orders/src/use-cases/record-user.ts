import type { UserState } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import { keepNewest } from '@gittix/common/mongo';
import type { Deps } from '../deps';
import { settleOrder } from './settle-order';

/** Brings the copy of a user up to date; then, copy newer or not, the unpaid orders of a banned person are settled. */
export async function recordUser(deps: Deps, user: UserState): Promise<void> {
  await keepNewest(deps.users, user.id, user);
  await faultPoint('orders.user-copy.written');
  if (user.bannedAt === undefined) return;
  const open = await deps.orders.find({ userId: user.id, status: 'created' }, { _id: 1 });
  for (const { id } of open) await settleOrder(deps, id);
}
