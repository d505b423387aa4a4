import { testSigner, tokenFor } from '@gittix/common/testing';

/** The keys pages verify test tokens with. */
export const testJwks = () => JSON.stringify(testSigner().jwks);

/** The Cookie header of somebody signed in, as auth would have set it. */
export function cookieOf(userId: string, options: { now?: () => number; name?: string } = {}): string {
  const { name = 'session', ...rest } = options;
  const value = Buffer.from(JSON.stringify({ jwt: tokenFor(userId, rest) })).toString('base64');
  return `${name}=${value}`;
}
