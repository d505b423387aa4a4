import type { Express } from 'express';
import { createHttpApp, type HttpAppOptions } from '@gittix/common/http';
import type { Deps } from './deps';
import { orderRoutes } from './routes';

/** The service's HTTP face; no I/O of its own. */
export function buildApp(deps: Deps, http: Omit<HttpAppOptions, 'routes'>): Express {
  return createHttpApp({ ...http, routes: orderRoutes(deps) });
}
