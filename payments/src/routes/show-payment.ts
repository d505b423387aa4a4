import type { RequestHandler } from 'express';
import { requireCaller, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { showPayment } from '../use-cases/show-payment';

export const showPaymentRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const caller = requireCaller(req);
    const orderId = validateId(req.params.orderId, 'orderId');
    res.json(await showPayment(deps, { orderId, caller }));
  };
