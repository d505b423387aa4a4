import type { ListingRequest, Ticket } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import { saveAggregate, stageEvent } from '@gittix/common/outbox';
import { toResource, toState } from '../data/ticket-state';
import type { Deps } from '../deps';
import { assertInFuture } from '../domain/ticket';
import { toListing } from './to-listing';

/** Puts a ticket up for sale. */
export async function listTicket(
  { tickets, relay, now }: Deps,
  input: { sellerId: string; listing: ListingRequest },
): Promise<Ticket> {
  const at = now();
  const listing = toListing(input.listing);
  assertInFuture(listing, at);
  const doc = new tickets({
    ...listing,
    sellerId: input.sellerId,
    status: 'available',
    createdAt: at,
    updatedAt: at,
  });
  stageEvent(doc, { type: 'TicketCreated', at, toData: (version) => toState(doc, version) });
  await saveAggregate(relay, doc, {
    saving: () => faultPoint('tickets.list.saving'),
    saved: () => faultPoint('tickets.list.saved'),
  });
  return toResource(doc, input.sellerId);
}
