import type { Money, TicketStatus } from '@gittix/common/api';
import type { TicketCardView } from '../tickets/view';

/** The sell form as text, as typed. */
export interface ListingDraft {
  title: string;
  price: string;
  venue: string;
  city: string;
  startsAt: string;
  timeZone: string;
  category: string;
  section: string;
  row: string;
  seat: string;
  notes: string;
}

export interface SellLimits {
  min: Money;
  max: Money;
}

export interface ListingGroup {
  status: TicketStatus;
  tickets: TicketCardView[];
}
