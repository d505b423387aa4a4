import type { RequestHandler } from 'express';
import { startPaymentRequest } from '@gittix/common/api';
import { requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { startPayment } from '../use-cases/start-payment';

export const startPaymentRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const { orderId } = validate(startPaymentRequest, req.body);
    const { isNew, payment } = await startPayment(deps, { orderId, userId });
    if (isNew) res.status(201).location(`/api/payments/${orderId}`);
    res.json(payment);
  };
