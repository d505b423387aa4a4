import type { RequestHandler } from 'express';
import type { Deps } from '../deps';

/** GET /.well-known/jwks.json: the public keys. Nothing secret, so caches may keep it for five minutes. */
export const getJwks =
  ({ tokens }: Pick<Deps, 'tokens'>): RequestHandler =>
  (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').json(tokens.jwks);
  };
