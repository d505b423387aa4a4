import type { RequestHandler } from 'express';
import { optionalCaller, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { showTicket } from '../use-cases/show-ticket';

export const showTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const ticketId = validateId(req.params.id);
    res.json(await showTicket(deps, { ticketId, callerId: optionalCaller(req)?.userId }));
  };
