import type { Role, User } from '@gittix/common/api';
import { changeAggregate, stageEvent } from '@gittix/common/outbox';
import type { Deps } from '../deps';
import { emailKey } from '../domain/email';
import { toUser } from '../domain/user';

export class UnknownAccount extends Error {
  override readonly name = 'UnknownAccount';
}

export type GrantDeps = Pick<Deps, 'users' | 'relay' | 'now'>;

/** Gives an account a role. Tokens issued before keep the one they were issued with; UnknownAccount without such an e-mail. */
export async function grantRole(
  { users, relay, now }: GrantDeps,
  { email, role }: { email: string; role: Role },
): Promise<{ user: User; changed: boolean }> {
  const load = async () => {
    const user = await users.findOne({ emailKey: emailKey(email) });
    if (!user) throw new UnknownAccount(`No account has the e-mail ${email}; sign up first.`);
    return user;
  };
  const { doc, changed } = await changeAggregate({
    relay,
    load,
    decide: (user) => {
      if (user.role === role) return false;
      user.role = role;
      stageEvent(user, {
        type: 'UserUpdated',
        at: now(),
        toData: (version) => ({ ...toUser(user), version }),
      });
      return true;
    },
  });
  return { user: toUser(doc), changed };
}
