import type { RequestHandler } from 'express';
import { orderQuery, toPage } from '@gittix/common/api';
import { requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { listOrders } from '../use-cases/list-orders';

export const listOrdersRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const paging = validate(orderQuery, req.query);
    const { items, totalItems } = await listOrders(deps, { userId, ...paging });
    res.json(toPage(items, totalItems, paging));
  };
