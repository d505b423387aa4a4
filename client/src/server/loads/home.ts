import { ticketCategory, ticketPage, ticketQuery } from '@gittix/common/api';
import type { ResultsView, SearchView } from '../../features/tickets/view';
import { toSearchParams } from '../../features/tickets/search-address';
import { parseAmount } from '../../money/parse';
import { startOfDay } from '../../time/zone';
import { page, type PageContext } from '../page';
import { ApiFailure } from '../services';
import { toCard } from '../views/tickets';

const PER_PAGE = 20;

export interface HomeProps {
  search: SearchView;
  results: ResultsView;
  /** The address of this search without a page, for paging links. */
  address: string;
}

/** The list with its search. A service that is down is a text on the page, not an error page. */
export const loadHome = page(async (context: PageContext): Promise<HomeProps> => {
  const search = readSearch(context.query);
  const asked = Number(one(context.query.page));
  const at = Number.isInteger(asked) && asked >= 1 && asked <= 10_000 ? asked : 1;
  const address = `/?${toSearchParams(search).toString()}`;
  return { search, address, results: await find(context, search, at) };
});

async function find(context: PageContext, search: SearchView, at: number): Promise<ResultsView> {
  const query = toApiQuery(search, context.zone);
  const get = (number: number) =>
    context.get('tickets', `/api/tickets?${withPage(query, number).toString()}`, ticketPage);
  try {
    let found = await get(at);
    // An old link may point behind the end: show the last page there is.
    if (found.items.length === 0 && found.totalItems > 0) found = await get(found.totalPages);
    if (found.items.length === 0) return { kind: query.size === 1 ? 'nothingAtAll' : 'nothingFound' };
    const tickets = found.items.map((ticket) => toCard(ticket, context.t));
    return { kind: 'found', tickets, total: found.totalItems, page: found.page, pages: found.totalPages };
  } catch (error) {
    if (error instanceof ApiFailure) return { kind: 'failed' };
    throw error;
  }
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)?.trim() ?? '';

/** The form's fields out of the address. What the API would refuse is dropped: a search never fails for its address. */
export function readSearch(query: Record<string, string | string[] | undefined>): SearchView {
  const text = (name: string) => one(query[name]).slice(0, 100);
  const category = ticketCategory.safeParse(one(query.category));
  const sort = ticketQuery.shape.sort.safeParse(one(query.sort) || undefined);
  const day = (name: string) => (startOfDay(one(query[name]), 'UTC') === undefined ? '' : one(query[name]));
  const amount = (name: string) => (cents(one(query[name])) === undefined ? '' : one(query[name]));
  return {
    q: text('q'),
    city: text('city'),
    category: category.success ? category.data : '',
    from: day('from'),
    to: day('to'),
    min: amount('min'),
    max: amount('max'),
    sort: sort.success ? sort.data : 'newest',
  };
}

function cents(typed: string): number | undefined {
  const parsed = parseAmount(typed, { min: 0, max: Number.MAX_SAFE_INTEGER });
  return parsed.ok ? parsed.amount : undefined;
}

/** What the API is asked: days become instants in the visitor's zone, the last day included; amounts become cents. */
export function toApiQuery(search: SearchView, zone: string): URLSearchParams {
  const query = new URLSearchParams();
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') query.set(name, String(value));
  };
  set('q', search.q);
  set('city', search.city);
  set('category', search.category);
  set('from', startOfDay(search.from, zone));
  set('to', startOfDay(search.to, zone, 1));
  set('minPrice', cents(search.min));
  set('maxPrice', cents(search.max));
  set('sort', search.sort);
  return query;
}

function withPage(query: URLSearchParams, number: number): URLSearchParams {
  const paged = new URLSearchParams(query);
  paged.set('page', String(number));
  paged.set('perPage', String(PER_PAGE));
  return paged;
}
