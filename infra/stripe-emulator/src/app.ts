import express, { type Express } from 'express';
import type { EmulatorDeps } from './deps';
import { cors } from './http/cors';
import { errorAnswer } from './http/error-answer';
import { formBody } from './http/form-body';
import { requestLog } from './http/request-log';
import { authenticationPageRoutes } from './routes/authentication-page';
import { eventRoutes } from './routes/events';
import { faultRoutes } from './routes/faults';
import { ledgerRoutes } from './routes/ledger';
import { paymentIntentRoutes } from './routes/payment-intents';
import { paymentMethodRoutes } from './routes/payment-methods';
import { refundSettlementRoutes } from './routes/refund-settlement';
import { refundRoutes } from './routes/refunds';
import { stripeJsRoutes } from './routes/stripe-js';
import type { RefundSettlement } from './refund-settlement';
import { invalidRequest } from './stripe-error';
import type { BrowserAssets } from './stripe-js/assets';

/** Stripe's API under /v1, its script under /v3, and what only the emulator has under /_emulator. */
export function buildApp(deps: EmulatorDeps, assets: BrowserAssets, settlement: RefundSettlement): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'extended');
  app.use((_req, res, next) => {
    res.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
    next();
  });
  app.get('/livez', (_req, res) => {
    res.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_req, res) => {
    const failure = deps.ledgerFailure();
    const missing = failure ? [`ledger: ${failure.message}`] : [];
    res.status(failure ? 503 : 200).json({ ready: !failure, missing });
  });
  app.use('/v3', stripeJsRoutes(assets));

  app.use(requestLog(deps.logger));
  const v1 = express
    .Router()
    .use(cors, formBody)
    .use('/events', eventRoutes(deps))
    .use('/payment_intents', paymentIntentRoutes(deps))
    .use('/payment_methods', paymentMethodRoutes(deps))
    .use('/refunds', refundRoutes(deps));
  app.use('/v1', v1);
  app.use('/_emulator/faults', faultRoutes(deps));
  app.use('/_emulator/refunds', refundSettlementRoutes(deps, settlement));
  app.use('/_emulator', formBody, authenticationPageRoutes(deps), ledgerRoutes(deps));
  app.use((req) => {
    throw invalidRequest(`Unrecognized request URL (${req.method}: ${req.path}).`, { status: 404 });
  });
  app.use(errorAnswer(deps.logger));
  return app;
}
