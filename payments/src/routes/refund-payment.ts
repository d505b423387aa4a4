import type { RequestHandler } from 'express';
import { refundRequest } from '@gittix/common/api';
import { requireAdmin, validate, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { refundPayment } from '../use-cases/refund-payment';

export const refundPaymentRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireAdmin(req);
    const orderId = validateId(req.params.orderId, 'orderId');
    const { reason } = validate(refundRequest, req.body);
    res.status(202).json(await refundPayment(deps, { orderId, by: userId, reason }));
  };
