import type { Request, RequestHandler } from 'express';
import { createOrderRequest, idempotencyKey } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { requireCaller, validate } from '@gittix/common/http';
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
      idempotencyKey: readKey(req),
    });
    res
      .status(created ? 201 : 200)
      .location(`/api/orders/${order.id}`)
      .json(order);
  };

function readKey(req: Request): string | undefined {
  const given = req.get('idempotency-key');
  if (given === undefined) return undefined;
  const result = idempotencyKey.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ message }) => ({ field: 'Idempotency-Key', message }));
  throw new AppError('validation_failed', { errors });
}
