import type { Ticket } from '@gittix/common/api';
import { toResource } from '../data/ticket-state';
import type { Deps } from '../deps';
import { findTicket } from './find-ticket';

/** One ticket as this caller, perhaps nobody, may see it; 404 when there is none. */
export async function showTicket(
  deps: Pick<Deps, 'tickets'>,
  input: { ticketId: string; callerId: string | undefined },
): Promise<Ticket> {
  return toResource(await findTicket(deps, input.ticketId), input.callerId);
}
