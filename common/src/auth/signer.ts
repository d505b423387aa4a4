import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Claims } from './claims';
import type { Jwks } from './keys';

/** A private ES256 key as JWK. Only auth (and tests) hold one. */
export const privateJwk = z.looseObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().min(1),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

export interface TokenSigner {
  sign(who: Pick<Claims, 'sub' | 'sid' | 'role'>): string;
  /** The public half, for /.well-known/jwks.json. */
  jwks: Jwks;
}

export function createTokenSigner(options: {
  key: z.infer<typeof privateJwk>;
  issuer: string;
  audience: string;
  seconds: number;
  now?: () => number;
}): TokenSigner {
  const { key, issuer, audience, seconds, now = Date.now } = options;
  // A KeyObject: a PEM or a string costs several times as much on every call.
  const privateKey = createPrivateKey({ key: key as JsonWebKey, format: 'jwk' });
  const publicJwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    sign: (who) => {
      const ims = now();
      const iat = Math.floor(ims / 1000);
      const payload: Claims = { iss: issuer, aud: audience, ...who, iat, ims, exp: iat + seconds };
      return jwt.sign(payload, privateKey, { algorithm: 'ES256', keyid: key.kid });
    },
    jwks: {
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          x: publicJwk.x ?? '',
          y: publicJwk.y ?? '',
          kid: key.kid,
          alg: 'ES256',
          use: 'sig',
        },
      ],
    },
  };
}
