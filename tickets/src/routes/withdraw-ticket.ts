import type { RequestHandler } from 'express';
import { requireCaller, validateId } from '@gittix/common/http';
import type { Deps } from '../deps';
import { withdrawTicket } from '../use-cases/withdraw-ticket';

export const withdrawTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const { userId } = requireCaller(req);
    const ticketId = validateId(req.params.id);
    res.json(await withdrawTicket(deps, { ticketId, userId }));
  };
