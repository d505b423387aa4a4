import type { RequestHandler } from 'express';
import { listingRequest } from '@gittix/common/api';
import { requireCaller, validate } from '@gittix/common/http';
import { toResource } from '../data/ticket-state';
import type { Deps } from '../deps';
import { listTicket } from '../use-cases/list-ticket';

export const createTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const listing = validate(listingRequest, req.body);
    const doc = await listTicket(deps, { sellerId: userId, listing });
    res.status(201).location(`/api/tickets/${doc.id}`).json(toResource(doc, userId));
  };
