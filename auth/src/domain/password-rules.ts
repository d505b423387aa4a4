import { commonPasswords } from './common-passwords';
import { emailKey } from './email';

/** Why this password is refused, or undefined. Length is the request schema's rule; here is what anybody would guess first. */
export function passwordWeakness(password: string, email: string): string | undefined {
  const plain = password.normalize('NFKC').trim().toLowerCase();
  if (commonPasswords.has(plain)) return 'This password is one of the commonest, choose another';
  if (emailKey(password) === emailKey(email)) return 'The password must not be your e-mail';
  return undefined;
}
