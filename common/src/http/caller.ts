import type { Request, RequestHandler } from 'express';
import { TokenError, type Caller, type TokenVerifier } from '../auth';
import { AppError } from '../errors';

type Outcome = { caller: Caller } | { error: AppError };
const outcomes = new WeakMap<Request, Outcome>();

/** The signed-in caller. Throws 401 `token_expired` or `not_signed_in`. */
export function requireCaller(req: Request): Caller {
  const outcome = outcomes.get(req);
  if (outcome && 'caller' in outcome) return outcome.caller;
  throw outcome?.error ?? new AppError('not_signed_in');
}

/** The signed-in caller, or undefined on a page that anybody may see. */
export function optionalCaller(req: Request): Caller | undefined {
  const outcome = outcomes.get(req);
  return outcome && 'caller' in outcome ? outcome.caller : undefined;
}

/** The caller, who must be an operator. */
export function requireAdmin(req: Request): Caller {
  const caller = requireCaller(req);
  if (caller.role !== 'admin') throw new AppError('forbidden', { message: 'Only an operator may do this' });
  return caller;
}

/** Finds out who calls, from `Authorization: Bearer` or the session cookie. Nobody is turned away here: routes ask requireCaller. */
export function identifyCaller(verifier: TokenVerifier): RequestHandler {
  return async (req, _res, next) => {
    const credentials = bearer(req) ?? cookie(req);
    if (credentials !== undefined)
      outcomes.set(req, typeof credentials === 'string' ? await check(verifier, credentials) : credentials);
    next();
  };
}

async function check(verifier: TokenVerifier, token: string): Promise<Outcome> {
  try {
    const { sub, role, sid } = await verifier.verify(token);
    return { caller: { userId: sub, role, sessionId: sid } };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return { error: new AppError(error.reason === 'expired' ? 'token_expired' : 'not_signed_in') };
  }
}

function bearer(req: Request): string | undefined {
  return /^Bearer (\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
}

function cookie(req: Request): string | Outcome | undefined {
  const token = (req.session as { jwt?: unknown } | null | undefined)?.jwt;
  if (typeof token !== 'string') return undefined;
  if (isSafe(req) || isSameOrigin(req)) return token;
  const message =
    'The session cookie was not honoured: a changing request needs Sec-Fetch-Site: same-origin or an Origin header of this site';
  return { error: new AppError('not_signed_in', { message }) };
}

function isSafe(req: Request): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(req.method);
}

/** A page of another site must not act in the caller's name (cross-site request forgery). */
function isSameOrigin(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  return req.get('origin') === `${req.protocol}://${req.get('host')}`;
}
