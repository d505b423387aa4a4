import type { ListingRequest, Ticket } from '@gittix/common/api';
import { faultPoint } from '@gittix/common/fault-points';
import { isDuplicateKey } from '@gittix/common/mongo';
import { saveAggregate, stageEvent } from '@gittix/common/outbox';
import { toResource, toState } from '../data/ticket-state';
import type { TicketDocument } from '../data/ticket-model';
import type { Deps } from '../deps';
import { assertInFuture } from '../domain/ticket';
import { findRepeat, identifyRequest, type RequestIdentity } from './repeated-request';
import { toListing } from './to-listing';

export interface ListTicketInput {
  sellerId: string;
  listing: ListingRequest;
  idempotencyKey?: string | undefined;
}

/**
 * Puts a ticket up for sale. A repeat of a request with an Idempotency-Key answers the ticket of the first one, as it is by
 * now (`created` false).
 */
export async function listTicket(
  deps: Deps,
  input: ListTicketInput,
): Promise<{ ticket: Ticket; created: boolean }> {
  const { sellerId, listing, idempotencyKey } = input;
  const identity =
    idempotencyKey === undefined ? undefined : identifyRequest(sellerId, idempotencyKey, listing);
  const earlier = identity && (await findRepeat(deps, identity));
  if (earlier) return { ticket: toResource(earlier, sellerId), created: false };

  const ticket = draftTicket(deps, input, identity);
  try {
    await saveAggregate(deps.relay, ticket, {
      saving: () => faultPoint('tickets.list.saving'),
      saved: () => faultPoint('tickets.list.saved'),
    });
  } catch (error) {
    // The same request was quicker, at another replica or by another connection.
    const repeated = identity && isDuplicateKey(error) ? await findRepeat(deps, identity) : null;
    if (!repeated) throw error;
    return { ticket: toResource(repeated, sellerId), created: false };
  }
  return { ticket: toResource(ticket, sellerId), created: true };
}

/** A new ticket with its TicketCreated, not yet saved. */
function draftTicket(
  { tickets, now }: Deps,
  { sellerId, listing: asked }: ListTicketInput,
  identity: RequestIdentity | undefined,
): TicketDocument {
  const at = now();
  const listing = toListing(asked);
  assertInFuture(listing, at);
  const doc = new tickets({
    ...identity,
    ...listing,
    sellerId,
    status: 'available',
    createdAt: at,
    updatedAt: at,
  });
  stageEvent(doc, { type: 'TicketCreated', at, toData: (version) => toState(doc, version) });
  return doc;
}
