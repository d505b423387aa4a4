import type { CreatedRange } from '../http/params';
import { noSuch } from '../stripe-error';

export interface ListParams {
  limit: number;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
  created?: CreatedRange | undefined;
}

export interface Page<T> {
  items: T[];
  hasMore: boolean;
}

/** One page, newest first. `starting_after` goes on below an object, `ending_before` gives those just above one. */
export function list<T extends { id: string; created: number }>(
  all: Iterable<T>,
  kind: string,
  params: ListParams,
  matches: (item: T) => boolean,
): Page<T> {
  const newestFirst = [...all].reverse();
  const place = (id: string, param: string) => {
    const index = newestFirst.findIndex((item) => item.id === id);
    if (index < 0) throw noSuch(kind, id, param);
    return index;
  };
  const from = params.starting_after === undefined ? 0 : place(params.starting_after, 'starting_after') + 1;
  const to =
    params.ending_before === undefined ? newestFirst.length : place(params.ending_before, 'ending_before');
  const found = newestFirst
    .slice(from, to)
    .filter((item) => inRange(item.created, params.created) && matches(item));
  const items =
    params.ending_before === undefined ? found.slice(0, params.limit) : found.slice(-params.limit);
  return { items, hasMore: found.length > items.length };
}

function inRange(created: number, range: CreatedRange | undefined): boolean {
  if (!range) return true;
  const { gt, gte, lt, lte } = range;
  return (
    (gt === undefined || created > gt) &&
    (gte === undefined || created >= gte) &&
    (lt === undefined || created < lt) &&
    (lte === undefined || created <= lte)
  );
}
