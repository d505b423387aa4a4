import { ticket as ticketSchema, ticketPage, type Ticket } from '@gittix/common/api';
import type { TicketCardView, TicketView } from '../../features/tickets/view';
import { idFrom, page, type PageContext } from '../page';
import { ApiFailure } from '../services';
import { toCard, toJsonLd, toTicketView } from '../views/tickets';

const SIMILAR = 4;

export interface TicketProps {
  ticket: TicketView;
  similar: TicketCardView[];
  url: string;
  jsonLd: string;
}

/** One ticket; with others like it when it cannot be had, or when the page asks because it was just lost. */
export const loadTicket = page(async (context: PageContext): Promise<TicketProps> => {
  const id = idFrom(context.params);
  const ticket = await context.get('tickets', `/api/tickets/${id}`, ticketSchema);
  const view = toTicketView(ticket, context.t, context.viewer, context.now);
  const wanted =
    !view.mine && view.orderId === undefined && (ticket.status !== 'available' || 'similar' in context.query);
  const url = `${context.origin}/tickets/${id}`;
  return {
    ticket: view,
    url,
    jsonLd: toJsonLd(ticket, url),
    similar: wanted ? await similarTo(context, ticket) : [],
  };
});

/** Available tickets of the same kind or city, soonest first. A help only: without them the page is still right. */
async function similarTo(context: PageContext, ticket: Ticket): Promise<TicketCardView[]> {
  const query = new URLSearchParams({ sort: 'date', perPage: String(SIMILAR * 3) });
  if (ticket.category !== undefined) query.set('category', ticket.category);
  else if (ticket.city !== undefined) query.set('city', ticket.city);
  try {
    const found = await context.get('tickets', `/api/tickets?${query.toString()}`, ticketPage);
    return found.items
      .filter(({ id, status }) => id !== ticket.id && status === 'available')
      .slice(0, SIMILAR)
      .map((other) => toCard(other, context.t));
  } catch (error) {
    if (error instanceof ApiFailure) return [];
    throw error;
  }
}
