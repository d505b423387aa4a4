import { Router } from 'express';
import type { Deps } from '../deps';
import { createTicketRoute } from './create-ticket';
import { editTicketRoute } from './edit-ticket';
import { searchTicketsRoute } from './search-tickets';
import { showTicketRoute } from './show-ticket';
import { withdrawTicketRoute } from './withdraw-ticket';

export function ticketRoutes(deps: Deps): Router {
  const router = Router();
  router.get('/api/tickets', searchTicketsRoute(deps));
  router.post('/api/tickets', createTicketRoute(deps));
  router.get('/api/tickets/:id', showTicketRoute(deps));
  router.put('/api/tickets/:id', editTicketRoute(deps));
  router.delete('/api/tickets/:id', withdrawTicketRoute(deps));
  return router;
}
