import { Router } from 'express';
import type { Deps } from '../deps';
import { cancelOrderRoute } from './cancel-order';
import { createOrderRoute } from './create-order';
import { extendOrderRoute } from './extend-order';
import { listOrdersRoute } from './list-orders';
import { showOrderRoute } from './show-order';

export function orderRoutes(deps: Deps): Router {
  const router = Router();
  router.get('/api/orders', listOrdersRoute(deps));
  router.post('/api/orders', createOrderRoute(deps));
  router.get('/api/orders/:id', showOrderRoute(deps));
  router.post('/api/orders/:id/extend', extendOrderRoute(deps));
  router.delete('/api/orders/:id', cancelOrderRoute(deps));
  return router;
}
