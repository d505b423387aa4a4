import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Logger } from '../logging';

const publicJwk = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
});

/** A JSON Web Key Set of ES256 public keys (RFC 7517). */
export const jwks = z.object({ keys: z.array(publicJwk) });
export type Jwks = z.infer<typeof jwks>;

export interface KeySource {
  /** The public key with this id, or undefined when nobody knows it. Never rejects: with auth down the known keys go on working. */
  get(kid: string): Promise<KeyObject | undefined>;
}

/**
 * Keys given in the settings, completed by auth's JWKS when an unknown `kid` turns up. Fetches are shared and at least
 * `refetchMs` apart, so that forged key ids cannot make us hammer auth.
 */
export function createKeySource(options: {
  given?: unknown;
  url?: string | undefined;
  logger: Logger;
  now?: () => number;
  refetchMs?: number;
}): KeySource {
  const { given, url, logger, now = Date.now, refetchMs = 10_000 } = options;
  if (given === undefined && url === undefined)
    throw new Error('set JWKS or JWKS_URL: nobody can be recognised without keys');
  const keys = new Map<string, KeyObject>(given === undefined ? [] : importKeys(given));
  let lastFetch = -Infinity;
  let fetching: Promise<void> | undefined;

  const refresh = async (from: string) => {
    lastFetch = now();
    try {
      const answer = await fetch(from, { signal: AbortSignal.timeout(3_000) });
      if (!answer.ok) throw new Error(`${from} answered ${answer.status}`);
      for (const [kid, key] of importKeys(await answer.json())) keys.set(kid, key);
    } catch (err) {
      logger.warn({ err }, 'could not fetch the public keys; going on with those known');
    }
  };

  return {
    get: async (kid) => {
      if (!keys.has(kid) && url !== undefined && (fetching || now() - lastFetch >= refetchMs)) {
        fetching ??= refresh(url).finally(() => (fetching = undefined));
        await fetching;
      }
      return keys.get(kid);
    },
  };
}

function importKeys(value: unknown): [string, KeyObject][] {
  return jwks
    .parse(value)
    .keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })]);
}
