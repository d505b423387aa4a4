import type { RequestHandler } from 'express';
import { createOrderRequest } from '@gittix/common/api';
import { readIdempotencyKey, requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { createOrder } from '../use-cases/create-order';

export const createOrderRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const { ticketId, ticketIds, expectedTotal } = validate(createOrderRequest, req.body);
    const { order, created } = await createOrder(deps, {
      buyerId: userId,
      ticketIds: ticketIds ?? (ticketId === undefined ? [] : [ticketId]),
      expectedTotal,
      idempotencyKey: readIdempotencyKey(req),
    });
    res
      .status(created ? 201 : 200)
      .location(`/api/orders/${order.id}`)
      .json(order);
  };
