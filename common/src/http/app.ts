import express, { type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { TokenVerifier } from '../auth';
import { AppError } from '../errors';
import type { Logger } from '../logging';
import { identifyCaller } from './caller';
import { notFound, problemHandler } from './problem';
import { requestContext, requestLog } from './request-log';
import { sessionCookie } from './session-cookie';

const BODY_LIMIT = 100 * 1024;

export interface HttpAppOptions {
  logger: Logger;
  verifier: TokenVerifier;
  secureCookies: boolean;
  /** The service's routes; they see `req.body` parsed and the caller identified. */
  routes: Router;
  /** Routes that need the raw body (a signed webhook); they come before any parser. */
  rawRoutes?: Router;
  /** False while changing requests should be refused with 503: without the bus for long, nobody would hear of the change. */
  acceptsChanges?: () => boolean;
}

/** The Express app every service has: ids, logs, security headers, cookie, caller, JSON bodies, problem+json errors. No I/O. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { logger, verifier, secureCookies, routes, rawRoutes, acceptsChanges = () => true } = options;
  const app = express();
  // The ingress or the local proxy is the only trusted hop.
  app.set('trust proxy', 1);
  // Express' default of parsing `a[$gt]=1` into objects is an invitation to injected operators.
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(requestContext, requestLog(logger), helmet(), noStore);
  if (rawRoutes) app.use(rawRoutes);
  app.use(changesOnlyWhen(acceptsChanges), jsonOnly, express.json({ limit: BODY_LIMIT }));
  app.use(sessionCookie(secureCookies), identifyCaller(verifier));
  app.use(routes);
  app.use(notFound, problemHandler(logger));
  return app;
}

const isChange = (method: string) => !['GET', 'HEAD', 'OPTIONS'].includes(method);

const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

const changesOnlyWhen =
  (accepts: () => boolean): RequestHandler =>
  (req, _res, next) => {
    if (isChange(req.method) && !accepts()) throw new AppError('unavailable', { retryAfter: 5 });
    next();
  };

/** A body must be declared as JSON; this also keeps simple cross-site forms out. */
const jsonOnly: RequestHandler = (req, _res, next) => {
  const hasBody =
    req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && isChange(req.method) && !req.is('application/json'))
    throw new AppError('unsupported_media_type');
  next();
};
