import type { RequestHandler } from 'express';
import { ticketQuery, toPage } from '@gittix/common/api';
import { optionalCaller, requireCaller, validate } from '@gittix/common/http';
import { toResource } from '../data/ticket-state';
import type { Deps } from '../deps';
import { searchTickets } from '../use-cases/search-tickets';

export const searchTicketsRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const query = validate(ticketQuery, req.query);
    const callerId = optionalCaller(req)?.userId;
    const sellerId = query.seller === 'me' ? requireCaller(req).userId : undefined;
    const { items, totalItems } = await searchTickets(deps, query, sellerId);
    res.json(
      toPage(
        items.map((doc) => toResource(doc, callerId)),
        totalItems,
        query,
      ),
    );
  };
