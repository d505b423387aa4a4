import type { QueryFilter, SortOrder } from 'mongoose';
import { toPage, type Page, type Ticket, type TicketQuery } from '@gittix/common/api';
import type { TicketRecord } from '../data/ticket-model';
import { toResource } from '../data/ticket-state';
import type { Deps } from '../deps';
import { AppError } from '@gittix/common/errors';

type Filter = QueryFilter<TicketRecord>;

// The id makes pages stable where the first key is equal.
const SORTS: Record<TicketQuery['sort'], Record<string, SortOrder>> = {
  newest: { createdAt: -1, _id: -1 },
  date: { startsAt: 1, _id: 1 },
  price: { 'price.amount': 1, _id: 1 },
  '-price': { 'price.amount': -1, _id: 1 },
};

/** One page of what is on sale (held tickets included), or of a seller's own tickets in every state. */
export async function searchTickets(
  { tickets, now }: Pick<Deps, 'tickets' | 'now'>,
  input: { query: TicketQuery; callerId: string | undefined },
): Promise<Page<Ticket>> {
  const { query, callerId } = input;
  const filter: Filter = { $and: [...audience(query, callerId, now()), ...criteria(query)] };
  const [found, totalItems] = await Promise.all([
    tickets
      .find(filter)
      .sort(SORTS[query.sort])
      .skip((query.page - 1) * query.perPage)
      .limit(query.perPage),
    tickets.countDocuments(filter),
  ]);
  return toPage(
    found.map((doc) => toResource(doc, callerId)),
    totalItems,
    query,
  );
}

function audience({ seller }: TicketQuery, callerId: string | undefined, now: Date): Filter[] {
  if (seller === 'me') {
    if (callerId === undefined) throw new AppError('not_signed_in');
    return [{ sellerId: callerId }];
  }
  return [
    { status: { $in: ['available', 'reserved'] } },
    { $or: [{ startsAt: { $exists: false } }, { startsAt: { $gt: now } }] },
  ];
}

function criteria({ q, city, category, from, to, minPrice, maxPrice }: TicketQuery): Filter[] {
  const filters: Filter[] = [];
  if (q) filters.push({ $or: ['title', 'venue', 'city'].map((field) => ({ [field]: containing(q) })) });
  if (city) filters.push({ city: new RegExp(`^${escape(city)}$`, 'i') });
  if (category) filters.push({ category });
  if (from) filters.push({ startsAt: { $gte: new Date(from) } });
  if (to) filters.push({ startsAt: { $lte: new Date(to) } });
  if (minPrice !== undefined) filters.push({ 'price.amount': { $gte: minPrice } });
  if (maxPrice !== undefined) filters.push({ 'price.amount': { $lte: maxPrice } });
  return filters;
}

const containing = (text: string) => new RegExp(escape(text), 'i');
const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
