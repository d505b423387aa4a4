import type { SignUpRequest, User } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import { isDuplicateKey } from '@gittix/common/mongo';
import { saveAggregate, stageEvent } from '@gittix/common/outbox';
import type { UserDocument } from '../data/user-model';
import type { Deps } from '../deps';
import { emailKey } from '../domain/email';
import { passwordWeakness } from '../domain/password-rules';
import { toUser } from '../domain/user';

/** Makes an account. 400 for a password anybody would guess, 409 `email_taken` whatever the case it is written in. */
export async function signUp(
  deps: Pick<Deps, 'users' | 'relay' | 'passwords' | 'now'>,
  { email, password }: SignUpRequest,
): Promise<User> {
  const weakness = passwordWeakness(password, email);
  if (weakness) {
    throw new AppError('validation_failed', { errors: [{ field: 'password', message: weakness }] });
  }
  const key = emailKey(email);
  // Spares a hash; the unique index decides.
  if (await deps.users.exists({ emailKey: key })) throw emailTaken();

  const at = deps.now();
  const passwordHash = await deps.passwords.hash(password);
  const user: UserDocument = new deps.users({
    email,
    emailKey: key,
    passwordHash,
    role: 'user',
    createdAt: at,
  });
  stageEvent(user, { type: 'UserCreated', at, toData: (version) => ({ ...toUser(user), version }) });
  try {
    await saveAggregate(deps.relay, user, {
      saving: () => faultPoint('auth.signup.saving'),
      saved: () => faultPoint('auth.signup.saved'),
    });
  } catch (error) {
    if (isDuplicateKey(error)) throw emailTaken(error);
    throw error;
  }
  return toUser(user);
}

function emailTaken(cause?: unknown): AppError {
  const message = 'This e-mail already has an account, sign in instead';
  return new AppError('email_taken', { errors: [{ field: 'email', message }], cause });
}
