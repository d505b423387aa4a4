import type { RequestHandler } from 'express';
import { requireCaller, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { showOrder } from '../use-cases/find-order';

export const showOrderRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const by = requireCaller(req);
    res.json(await showOrder(deps, { orderId: validateId(req.params.id), by }));
  };
