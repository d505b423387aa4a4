import type { Ticket } from '@gittix/common/api';
import type { ListingDraft } from '../../features/listings/view';
import { toDecimal } from '../../money/format';
import { instantToLocal, isTimeZone } from '../../time/zone';

/** Wire ticket -> the form it is edited in. */
export function toDraft(ticket: Ticket): ListingDraft {
  const zone = ticket.timeZone !== undefined && isTimeZone(ticket.timeZone) ? ticket.timeZone : 'UTC';
  return {
    title: ticket.title,
    price: toDecimal(ticket.price.amount),
    venue: ticket.venue ?? '',
    city: ticket.city ?? '',
    startsAt: ticket.startsAt === undefined ? '' : instantToLocal(ticket.startsAt, zone),
    timeZone: ticket.timeZone === undefined ? '' : zone,
    category: ticket.category ?? '',
    section: ticket.section ?? '',
    row: ticket.row ?? '',
    seat: ticket.seat ?? '',
    notes: ticket.notes ?? '',
  };
}
