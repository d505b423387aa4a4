import type { SignInRequest, User } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import type { Deps } from '../deps';
import { emailKey } from '../domain/email';
import { toUser } from '../domain/user';

/** Whose account this is. One answer, after the same work, for an unknown e-mail and a wrong password: 400 `invalid_credentials`. */
export async function signIn(
  deps: Pick<Deps, 'users' | 'passwords'>,
  { email, password }: SignInRequest,
): Promise<User> {
  const user = await deps.users.findOne({ emailKey: emailKey(email) }).select('+passwordHash');
  const right = await deps.passwords.matches(password, user?.passwordHash);
  if (!user || !right) throw new AppError('invalid_credentials');
  return toUser(user);
}
