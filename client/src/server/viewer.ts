import { createKeySource, createTokenVerifier, TokenError, type TokenVerifier } from '@gittix/common/auth';
import type { Viewer } from '../browser/viewer';
import { getConfig } from './config';
import { readToken } from './cookies';
import { log } from './log';

let verifier: TokenVerifier | undefined;

function tokenVerifier(): TokenVerifier {
  if (verifier) return verifier;
  const config = getConfig();
  const ofAuth = new URL('/.well-known/jwks.json', config.AUTH_URL).href;
  const keys = createKeySource({
    given: config.JWKS,
    url: config.JWKS_URL ?? (config.JWKS === undefined ? ofAuth : undefined),
    logger: log(),
  });
  verifier = createTokenVerifier({ keys, issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE });
  return verifier;
}

/** Who looks at the page, by the token alone: auth need not be up. Services check again, revocation included. */
export async function readViewer(cookieHeader: string | undefined): Promise<Viewer> {
  const token = readToken(cookieHeader);
  if (token === undefined) return { signedIn: false };
  try {
    const { sub, role } = await tokenVerifier().verify(token);
    return { signedIn: true, userId: sub, role };
  } catch (error) {
    if (error instanceof TokenError) return { signedIn: false };
    throw error;
  }
}
