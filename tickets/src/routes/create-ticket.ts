import type { RequestHandler } from 'express';
import { listingRequest } from '@gittix/common/api';
import { readIdempotencyKey, requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { listTicket } from '../use-cases/list-ticket';

export const createTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const listing = validate(listingRequest, req.body);
    const { ticket, created } = await listTicket(deps, {
      sellerId: userId,
      listing,
      idempotencyKey: readIdempotencyKey(req),
    });
    res
      .status(created ? 201 : 200)
      .location(`/api/tickets/${ticket.id}`)
      .json(ticket);
  };
