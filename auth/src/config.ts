import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey } from 'node:crypto';
import { privateJwk } from '@gittix/common/auth';
import { jsonText, loadConfig, positiveInt } from '@gittix/common/config';
import { serviceSettings } from '@gittix/common/service';
import { z } from 'zod';

/** The stream keeps events 14 days: a token living longer could outlive the word that it is void. */
const LONGEST_SESSION_SECONDS = 14 * 24 * 3600;

// auth checks tokens with the public half of its own key, so it needs no JWKS.
const { JWKS: _jwks, JWKS_URL: _jwksUrl, ...settings } = serviceSettings;

export const schema = z.object({
  ...settings,
  /** Private ES256 key as JWK (JSON text) with `kid`. */
  JWT_PRIVATE_KEY: jsonText
    .pipe(privateJwk)
    .refine(isWholeKey, 'is not a key: x, y and d do not belong together'),
  SESSION_SECONDS: positiveInt.max(LONGEST_SESSION_SECONDS).default(43_200),
  /** Password hashes at once; they share four threads with DNS and files. */
  HASH_CONCURRENCY: positiveInt.max(4).default(2),
  /** Requests that may wait for a hash; about 10 ms each. */
  HASH_QUEUE: z.coerce.number().int().min(0).max(10_000).default(128),
});
export type Config = z.infer<typeof schema>;

/** Settings from the environment; throws ConfigError naming all that are wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return loadConfig(schema, env);
}

/** Node imports a JWK whose private part belongs to another public one; nobody could verify what it signs. */
function isWholeKey(key: z.infer<typeof privateJwk>): boolean {
  const text = Buffer.from('gittix');
  try {
    const privateKey = createPrivateKey({ key: key as JsonWebKey, format: 'jwk' });
    return verify('sha256', text, createPublicKey(privateKey), sign('sha256', text, privateKey));
  } catch {
    return false;
  }
}
