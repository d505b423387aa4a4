import type { Ticket } from '@gittix/common/api';
import type { Viewer } from '../../browser/viewer';
import type { TicketCardView, TicketView } from '../../features/tickets/view';
import { toDecimal } from '../../money/format';
import type { Texts } from '../../texts';
import { eventTime } from '../../time/format';
import { isTimeZone } from '../../time/zone';

/** Wire ticket -> card. A zone this runtime does not know is shown as UTC, which the text then names. */
export function toCard(ticket: Ticket, t: Texts): TicketCardView {
  const zone = ticket.timeZone !== undefined && isTimeZone(ticket.timeZone) ? ticket.timeZone : 'UTC';
  return {
    id: ticket.id,
    title: ticket.title,
    price: ticket.price,
    status: ticket.status,
    reservedUntil: ticket.reservedUntil,
    starts: ticket.startsAt === undefined ? undefined : eventTime(ticket.startsAt, zone, t.dateLocale),
    place: joined([ticket.venue, ticket.city], ', '),
    seat: joined(
      [
        ticket.section && t.ticket.section(ticket.section),
        ticket.row && t.ticket.row(ticket.row),
        ticket.seat && t.ticket.seat(ticket.seat),
      ],
      ' · ',
    ),
  };
}

/** Wire ticket -> page. */
export function toTicketView(ticket: Ticket, t: Texts, viewer: Viewer, now: number): TicketView {
  return {
    ...toCard(ticket, t),
    version: ticket.version,
    mine: viewer.signedIn && viewer.userId === ticket.sellerId,
    orderId: ticket.orderId,
    category: ticket.category,
    notes: ticket.notes,
    past: ticket.startsAt !== undefined && Date.parse(ticket.startsAt) <= now,
  };
}

function joined(parts: (string | undefined)[], by: string): string | undefined {
  return parts.filter(Boolean).join(by) || undefined;
}

const AVAILABILITY = {
  available: 'InStock',
  reserved: 'LimitedAvailability',
  sold: 'SoldOut',
  withdrawn: 'Discontinued',
} as const;

/**
 * schema.org for search engines: an Event with its Offer when place and date are known, else a Product with it (an Event
 * without them is not valid). `<` is escaped, so that no title can end the script element.
 */
export function toJsonLd(ticket: Ticket, url: string): string {
  const offers = {
    '@type': 'Offer',
    url,
    price: toDecimal(ticket.price.amount),
    priceCurrency: ticket.price.currency.toUpperCase(),
    availability: `https://schema.org/${AVAILABILITY[ticket.status]}`,
  };
  const thing =
    ticket.startsAt === undefined || (ticket.venue ?? ticket.city) === undefined
      ? { '@type': 'Product' }
      : {
          '@type': 'Event',
          startDate: ticket.startsAt,
          location: {
            '@type': 'Place',
            name: ticket.venue ?? ticket.city,
            address: ticket.city ?? ticket.venue,
          },
        };
  const data = { '@context': 'https://schema.org', ...thing, name: ticket.title, offers };
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
