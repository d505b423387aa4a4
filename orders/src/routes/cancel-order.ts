import type { RequestHandler } from 'express';
import { requireCaller, validate, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { cancelOrder } from '../use-cases/command-order';
import { noBody } from './no-body';

export const cancelOrderRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const by = requireCaller(req);
    const orderId = validateId(req.params.id);
    validate(noBody, req.body);
    res.json(await cancelOrder(deps, { orderId, by }));
  };
