import { generateKeyPairSync } from 'node:crypto';
import { createKeySource, createTokenSigner, createTokenVerifier, privateJwk, type Claims } from '../auth';
import { newId } from './ids';
import { silentLogger } from './logger';

const key = privateJwk.parse({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  kid: 'test',
});

/** Signs as auth would, with a key made for this test process. */
export const testSigner = (options: { seconds?: number; now?: () => number } = {}) =>
  createTokenSigner({ key, issuer: 'gittix', audience: 'gittix', seconds: 600, ...options });

export const testVerifier = () =>
  createTokenVerifier({
    keys: createKeySource({ given: testSigner().jwks, logger: silentLogger }),
    issuer: 'gittix',
    audience: 'gittix',
  });

/** A valid token; expired when `now` lies back. */
export function tokenFor(
  userId: string,
  options: { role?: Claims['role']; now?: () => number } = {},
): string {
  const { role = 'user', ...rest } = options;
  return testSigner(rest).sign({ sub: userId, sid: newId(), role });
}

/** Header of a signed-in user, for supertest's `.set(...)`. */
export function signedInAs(
  userId: string,
  options: { role?: Claims['role'] } = {},
): { Authorization: string } {
  return { Authorization: `Bearer ${tokenFor(userId, options)}` };
}
