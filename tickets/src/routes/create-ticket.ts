import type { RequestHandler } from 'express';
import { listingRequest } from '@gittix/common/api';
import { requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { listTicket } from '../use-cases/list-ticket';

export const createTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const listing = validate(listingRequest, req.body);
    const ticket = await listTicket(deps, { sellerId: userId, listing });
    res.status(201).location(`/api/tickets/${ticket.id}`).json(ticket);
  };
