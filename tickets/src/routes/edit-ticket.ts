import type { RequestHandler } from 'express';
import { listingRequest } from '@gittix/common/api';
import { requireCaller, validate, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { editTicket } from '../use-cases/edit-ticket';

export const editTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const ticketId = validateId(req.params.id);
    const listing = validate(listingRequest, req.body);
    res.json(await editTicket(deps, { ticketId, userId, listing }));
  };
