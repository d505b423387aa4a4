import type { Express } from 'express';
import { createHttpApp, type HttpAppOptions } from '@gittix/common/http';
import type { Deps } from './deps';
import { paymentRoutes, webhookRoutes } from './routes';

/** The service's HTTP face; no I/O of its own. */
export function buildApp(deps: Deps, http: Omit<HttpAppOptions, 'routes' | 'rawRoutes'>): Express {
  return createHttpApp({ ...http, routes: paymentRoutes(deps), rawRoutes: webhookRoutes(deps) });
}
