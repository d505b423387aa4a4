import { Router } from 'express';
import type { EmulatorDeps } from '../deps';
import { authenticate, requireSecretKey } from '../http/authentication';
import type { RefundSettlement } from '../refund-settlement';
import { findRefund } from '../use-cases/read';
import { refundView } from '../views/refund';

/** `POST /_emulator/refunds/:id/settle`: a pending or failing refund reaches its end now. For holders of the secret key. */
export function refundSettlementRoutes(
  { keys, useCases: { state } }: EmulatorDeps,
  settlement: RefundSettlement,
): Router {
  return Router().post('/:id/settle', async (req, res) => {
    requireSecretKey(authenticate(req, keys));
    const { id } = req.params;
    await settlement.settle(findRefund(state, id));
    res.json(refundView(findRefund(state, id)));
  });
}
