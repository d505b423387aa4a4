import { z } from 'zod';
import { id, role } from '../api';

/** What an access token says. `ims` is the issue time in ms, for revocation finer than a second. */
export const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: id,
  sid: z.string().min(1),
  role,
  iat: z.number(),
  ims: z.number(),
  exp: z.number(),
});
export type Claims = z.infer<typeof claims>;

/** Who makes a request. */
export interface Caller {
  userId: string;
  role: Claims['role'];
  sessionId: string;
}
