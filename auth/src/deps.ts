import type { TokenSigner } from '@gittix/common/auth';
import type { Relay } from '@gittix/common/outbox';
import type { UserModel } from './data/user-model';
import type { PasswordHasher } from './passwords';

/** What the use cases and routes of auth work with. */
export interface Deps {
  users: UserModel;
  relay: Relay;
  passwords: PasswordHasher;
  tokens: TokenSigner;
  /** How long a session lives: the token's `exp` and the cookie's Max-Age. */
  sessionSeconds: number;
  /** Cookies go over https only. */
  secureCookies: boolean;
  now: () => Date;
  newSessionId: () => string;
}
