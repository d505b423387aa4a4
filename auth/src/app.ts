import { createHttpApp, type HttpAppOptions } from '@gittix/common/http';
import type { Express } from 'express';
import type { Deps } from './deps';
import { routes } from './routes';

/** The HTTP face of auth; no I/O of its own. */
export function buildApp(deps: Deps, http: Omit<HttpAppOptions, 'routes' | 'rawRoutes'>): Express {
  return createHttpApp({ ...http, routes: routes(deps) });
}
