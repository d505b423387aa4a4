import type { RequestHandler } from 'express';
import { ticketQuery } from '@gittix/common/api';
import { optionalCaller, requireCaller, validate } from '@gittix/common/http';
import type { Deps } from '../deps';
import { searchTickets } from '../use-cases/search-tickets';

export const searchTicketsRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const query = validate(ticketQuery, req.query);
    const caller = query.seller === 'me' ? requireCaller(req) : optionalCaller(req);
    res.json(await searchTickets(deps, { query, callerId: caller?.userId }));
  };
