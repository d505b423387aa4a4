import { isDeepStrictEqual } from 'node:util';
import { listingRequest, type ListingRequest, type Ticket } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate, stageEvent } from '@gittix/common/outbox';
import { toResource, toState } from '../data/ticket-state';
import type { Deps } from '../deps';
import { assertInFuture, assertSellerMayChange, type Listing } from '../domain/ticket';
import { findTicket } from './find-ticket';
import { toListing } from './to-listing';

const LISTING_FIELDS = Object.keys(listingRequest.shape) as (keyof Listing)[];

const isSame = (one: Listing, other: Listing) =>
  LISTING_FIELDS.every((field) => isDeepStrictEqual(one[field], other[field]));

/**
 * Replaces the listing; a field left out is removed. What is so already stays as it is, whatever became of the ticket
 * meanwhile: a repeat of an edit that was done is never told that it was refused.
 */
export async function editTicket(
  deps: Deps,
  input: { ticketId: string; userId: string; listing: ListingRequest },
): Promise<Ticket> {
  const at = deps.now();
  const listing = toListing(input.listing);
  const { doc } = await changeAggregate({
    relay: deps.relay,
    load: () => findTicket(deps, input.ticketId),
    decide: (ticket) => {
      if (ticket.sellerId === input.userId && isSame(ticket.toObject(), listing)) return false;
      assertSellerMayChange(ticket, input.userId);
      assertInFuture(listing, at);
      for (const field of LISTING_FIELDS) ticket.set(field, listing[field]);
      ticket.updatedAt = at;
      stageEvent(ticket, { type: 'TicketUpdated', at, toData: (version) => toState(ticket, version) });
      return true;
    },
    moments: {
      saving: () => faultPoint('tickets.edit.saving'),
      saved: () => faultPoint('tickets.edit.saved'),
    },
  });
  return toResource(doc, input.userId);
}
