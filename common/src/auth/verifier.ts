import jwt from 'jsonwebtoken';
import { claims, type Claims } from './claims';
import type { KeySource } from './keys';

export class TokenError extends Error {
  override readonly name = 'TokenError';
  constructor(
    readonly reason: 'expired' | 'invalid',
    options?: ErrorOptions,
  ) {
    super(`the token is ${reason}`, options);
  }
}

export interface TokenVerifier {
  /** Claims of a token that is ours and valid now; rejects with TokenError. */
  verify(token: string): Promise<Claims>;
}

/** ES256 only. Verified signatures are remembered (bounded, oldest first out); expiry and revocation are checked on every call. */
export function createTokenVerifier(options: {
  keys: KeySource;
  issuer: string;
  audience: string;
  now?: () => number;
  isRevoked?: (claims: Claims) => boolean;
  cacheSize?: number;
}): TokenVerifier {
  const { keys, issuer, audience, now = Date.now, isRevoked = () => false, cacheSize = 5_000 } = options;
  const verified = new Map<string, Claims>();

  const checkSignature = async (token: string): Promise<Claims> => {
    const header = jwt.decode(token, { complete: true })?.header;
    const key = typeof header?.kid === 'string' ? await keys.get(header.kid) : undefined;
    if (!key) throw new TokenError('invalid');
    try {
      // Expiry is checked below, on every call.
      return claims.parse(
        jwt.verify(token, key, { algorithms: ['ES256'], issuer, audience, ignoreExpiration: true }),
      );
    } catch (cause) {
      throw new TokenError('invalid', { cause });
    }
  };

  return {
    verify: async (token) => {
      let found = verified.get(token);
      if (!found) {
        found = await checkSignature(token);
        if (verified.size >= cacheSize) verified.delete(verified.keys().next().value as string);
        verified.set(token, found);
      }
      if (found.exp * 1000 <= now()) {
        verified.delete(token);
        throw new TokenError('expired');
      }
      if (isRevoked(found)) throw new TokenError('invalid');
      return found;
    },
  };
}
