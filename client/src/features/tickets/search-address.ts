import type { SearchView } from './view';

/** The search as address parameters; what is empty or the default is left out, so that equal searches have one address. */
export function toSearchParams(search: SearchView): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search) as [string, string][]) {
    if (value !== '' && !(name === 'sort' && value === 'newest')) params.set(name, value);
  }
  return params;
}

/** How many of the fields behind "More filters" are set. */
export function hasMoreFilters({ category, from, to, min, max }: SearchView): boolean {
  return [category, from, to, min, max].some((value) => value !== '');
}
