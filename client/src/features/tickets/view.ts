import type { Money, TicketCategory, TicketStatus } from '@gittix/common/api';
import type { EventTime } from '../../time/format';

/** A ticket in a list. */
export interface TicketCardView {
  id: string;
  title: string;
  price: Money;
  status: TicketStatus;
  reservedUntil?: string | undefined;
  starts?: EventTime | undefined;
  /** Venue and city. */
  place?: string | undefined;
  /** Section, row and seat. */
  seat?: string | undefined;
}

/** A ticket on its own page. */
export interface TicketView extends TicketCardView {
  version: number;
  /** The viewer sells it. */
  mine: boolean;
  /** The viewer's order that holds or bought it. */
  orderId?: string | undefined;
  category?: TicketCategory | undefined;
  notes?: string | undefined;
  past: boolean;
}

/** The search form as the address tells it: text as typed, empty when not given. */
export interface SearchView {
  q: string;
  city: string;
  category: string;
  from: string;
  to: string;
  min: string;
  max: string;
  sort: string;
}

/** What a search found. */
export type ResultsView =
  | { kind: 'found'; tickets: TicketCardView[]; total: number; page: number; pages: number }
  | { kind: 'nothingFound' }
  | { kind: 'nothingAtAll' }
  | { kind: 'failed' };
