import { AppError } from '@gittix/common/errors';
import type { TicketDocument } from '../data/ticket-model';
import type { Deps } from '../deps';

/** The ticket, or 404. */
export async function findTicket({ tickets }: Pick<Deps, 'tickets'>, id: string): Promise<TicketDocument> {
  const doc = await tickets.findById(id);
  if (!doc) throw new AppError('not_found', { message: `There is no ticket ${id}` });
  return doc;
}
