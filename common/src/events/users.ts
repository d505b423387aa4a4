import { z } from 'zod';
import { id, instant, user } from '../api';

/** The whole public state of a user. */
export const userState = z.strictObject({
  ...user.shape,
  version: z.int().nonnegative(),
  bannedAt: instant.optional(),
  /** Tokens issued before this instant are void everywhere (ban, password change). */
  sessionsNotBefore: instant.optional(),
});
export type UserState = z.infer<typeof userState>;

export const userEvents = {
  UserCreated: userState,
  UserUpdated: userState,
  SessionEnded: z.strictObject({ sid: z.string().min(1), userId: id, endedAt: instant }),
};

export const userEventTypes = ['UserCreated', 'UserUpdated'] as const;
