import { createHash } from 'node:crypto';
import type { ListingRequest } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import type { TicketDocument } from '../data/ticket-model';
import type { Deps } from '../deps';

export interface RequestIdentity {
  /** The id of the ticket this request makes: it follows from seller and key, so that a second one can't be made. */
  _id: string;
  /** Of what was asked for, to tell a repeat from another request under the same key. */
  requestHash: string;
}

/** What makes two requests the same: seller and Idempotency-Key; and what they must then have in common: the listing. */
export function identifyRequest(
  sellerId: string,
  idempotencyKey: string,
  listing: ListingRequest,
): RequestIdentity {
  return {
    _id: sha256(`${sellerId}:${idempotencyKey}`).slice(0, 24),
    requestHash: sha256(JSON.stringify(listing)),
  };
}

/** The ticket that this very request made before; 422 when its key was used for another listing. */
export async function findRepeat(
  { tickets }: Pick<Deps, 'tickets'>,
  { _id, requestHash }: RequestIdentity,
): Promise<TicketDocument | null> {
  const ticket = await tickets.findById(_id);
  if (ticket && ticket.requestHash !== requestHash) throw new AppError('idempotency_key_reused');
  return ticket;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
