import type { QueryFilter, SortOrder } from 'mongoose';
import type { TicketQuery } from '@gittix/common/api';
import type { TicketDocument, TicketRecord } from '../data/ticket-model';
import type { Deps } from '../deps';

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
  query: TicketQuery,
  sellerId: string | undefined,
): Promise<{ items: TicketDocument[]; totalItems: number }> {
  const filter: Filter = { $and: [...audience(sellerId, now()), ...criteria(query)] };
  const [items, totalItems] = await Promise.all([
    tickets
      .find(filter)
      .sort(SORTS[query.sort])
      .skip((query.page - 1) * query.perPage)
      .limit(query.perPage),
    tickets.countDocuments(filter),
  ]);
  return { items, totalItems };
}

function audience(sellerId: string | undefined, now: Date): Filter[] {
  if (sellerId !== undefined) return [{ sellerId }];
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
