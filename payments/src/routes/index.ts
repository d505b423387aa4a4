import { Router } from 'express';
import type { Deps } from '../deps';
import { refundPaymentRoute } from './refund-payment';
import { showPaymentRoute } from './show-payment';
import { startPaymentRoute } from './start-payment';
import { rawBody, webhookRoute } from './webhook';

export function paymentRoutes(deps: Deps): Router {
  const router = Router();
  router.post('/api/payments', startPaymentRoute(deps));
  router.get('/api/payments/:orderId', showPaymentRoute(deps));
  router.post('/api/payments/:orderId/refund', refundPaymentRoute(deps));
  return router;
}

/** Before any body parser. */
export function webhookRoutes(deps: Deps): Router {
  const router = Router();
  router.post('/api/payments/webhook', rawBody, webhookRoute(deps));
  return router;
}
