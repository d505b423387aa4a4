import { z } from 'zod';
import { id, instant } from './primitives';

export const role = z.enum(['user', 'admin']);
export type Role = z.infer<typeof role>;

export const user = z.object({ id, email: z.string(), role, createdAt: instant });
export type User = z.infer<typeof user>;

const email = z
  .string('Give your e-mail')
  .trim()
  .max(254, 'The e-mail is too long')
  .pipe(z.email('This is not an e-mail address'));

/** POST /api/users/signup. The password rule is length alone, as NIST SP 800-63B advises; the commonest are refused by auth. */
export const signUpRequest = z.strictObject({
  email,
  password: z
    .string('Give a password')
    .min(8, 'The password needs at least 8 characters')
    .max(256, 'The password may have at most 256 characters'),
});
export type SignUpRequest = z.infer<typeof signUpRequest>;

/** POST /api/users/signin. */
export const signInRequest = z.strictObject({
  email: z.string('Give your e-mail').trim().min(1, 'Give your e-mail').max(254),
  password: z.string('Give your password').min(1, 'Give your password').max(256),
});
export type SignInRequest = z.infer<typeof signInRequest>;

/** GET /api/users/currentuser. */
export const currentUserAnswer = z.object({ currentUser: user.nullable() });
export type CurrentUserAnswer = z.infer<typeof currentUserAnswer>;
