import type { RequestHandler } from 'express';
import { z } from 'zod';
import { requireAdmin, validate, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { refundPayment } from '../use-cases/refund-payment';

const refundRequest = z.strictObject({
  reason: z.string('Give a reason').trim().min(1, 'Give a reason').max(500, 'At most 500 characters'),
});

export const refundPaymentRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireAdmin(req);
    const orderId = validateId(req.params.orderId, 'orderId');
    const { reason } = validate(refundRequest, req.body);
    res.status(202).json(await refundPayment(deps, { orderId, by: userId, reason }));
  };
