import type { ListingRequest } from '@gittix/common/api';
import type { Listing } from '../domain/ticket';

/** The wire's listing in the domain's terms. */
export function toListing({ startsAt, ...rest }: ListingRequest): Listing {
  return { ...rest, ...(startsAt ? { startsAt: new Date(startsAt) } : {}) };
}
