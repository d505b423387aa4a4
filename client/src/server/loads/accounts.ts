import { safeNext } from '../../browser/next-parameter';
import { page } from '../page';

export interface AccountProps {
  /** Where to go afterwards: a path of this site. */
  next: string;
}

/**
 * Sign-in and sign-up. Somebody signed in is not sent on: the token may be revoked, which only the services know, and
 * sending on would go round in circles.
 */
export const loadAccount = page(
  ({ query }): Promise<AccountProps> => Promise.resolve({ next: safeNext(query.next) }),
);
