import { MAX_PRICE, MIN_PRICE, ticket as ticketSchema, ticketPage, ticketStatus } from '@gittix/common/api';
import type { ListingDraft, ListingGroup, SellLimits } from '../../features/listings/view';
import { toDraft } from '../views/listings';
import { idFrom, page } from '../page';
import { ApiFailure } from '../services';
import { toCard } from '../views/tickets';

const SHOWN = 100;

export interface ListingsProps {
  groups: ListingGroup[];
  shown: number;
  total: number;
}

/** The seller's own tickets by state. */
export const loadListings = page(
  async (context): Promise<ListingsProps> => {
    const found = await context.get('tickets', `/api/tickets?seller=me&perPage=${SHOWN}`, ticketPage);
    const groups = ticketStatus.options.map((status) => ({
      status,
      tickets: found.items
        .filter((ticket) => ticket.status === status)
        .map((ticket) => toCard(ticket, context.t)),
    }));
    return {
      groups: groups.filter(({ tickets }) => tickets.length > 0),
      shown: found.items.length,
      total: found.totalItems,
    };
  },
  { signedIn: true },
);

const limits: SellLimits = {
  min: { amount: MIN_PRICE, currency: 'usd' },
  max: { amount: MAX_PRICE, currency: 'usd' },
};

export interface SellProps {
  limits: SellLimits;
  zones: string[];
}

/** Every IANA zone this runtime knows; the list is the server's, so that page and script agree. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

export const loadSell = page((): Promise<SellProps> => Promise.resolve({ limits, zones }), {
  signedIn: true,
});

export interface EditProps extends SellProps {
  id: string;
  title: string;
  draft: ListingDraft;
  /** Why it cannot be edited now. */
  closed?: 'reserved' | 'sold' | 'withdrawn' | undefined;
}

/** A listing to edit; another person's is refused here already, the service refuses it again. */
export const loadEdit = page(
  async (context): Promise<EditProps> => {
    const id = idFrom(context.params);
    const ticket = await context.get('tickets', `/api/tickets/${id}`, ticketSchema);
    if (!context.viewer.signedIn || context.viewer.userId !== ticket.sellerId)
      throw new ApiFailure('forbidden', 'another person sells this ticket');
    const closed = ticket.status === 'available' ? undefined : ticket.status;
    return { id, title: ticket.title, draft: toDraft(ticket), closed, limits, zones };
  },
  { signedIn: true },
);
