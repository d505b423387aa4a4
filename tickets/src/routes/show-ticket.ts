import type { RequestHandler } from 'express';
import { optionalCaller, validateId } from '@gittix/common/http';
import { toResource } from '../data/ticket-state';
import type { Deps } from '../deps';
import { findTicket } from '../use-cases/find-ticket';

export const showTicketRoute =
  (deps: Deps): RequestHandler =>
  async (req, res) => {
    const doc = await findTicket(deps, validateId(req.params.id));
    res.json(toResource(doc, optionalCaller(req)?.userId));
  };
