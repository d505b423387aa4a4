import type { User } from '@gittix/common/api';
import type { Deps } from '../deps';
import { toUser } from '../domain/user';

/** The account as it is now, not as it was when its token was made; null when it is gone. */
export async function currentUser(deps: Pick<Deps, 'users'>, userId: string): Promise<User | null> {
  const user = await deps.users.findById(userId);
  return user && toUser(user);
}
