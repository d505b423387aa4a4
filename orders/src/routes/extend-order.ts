import type { RequestHandler } from 'express';
import { requireCaller, validate, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { extendOrder } from '../use-cases/command-order';
import { noBody } from './no-body';

export const extendOrderRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const by = requireCaller(req);
    const orderId = validateId(req.params.id);
    validate(noBody, req.body);
    res.json(await extendOrder(deps, { orderId, by }));
  };
