import { z } from 'zod';
import { money, price } from './money';
import { id, instant, page, paging } from './primitives';

/** Derived, never set: sold, else reserved, else withdrawn, else available (design: reservation). */
export const ticketStatus = z.enum(['available', 'reserved', 'sold', 'withdrawn']);
export type TicketStatus = z.infer<typeof ticketStatus>;

export const ticketCategory = z.enum(['concert', 'sports', 'theatre', 'festival', 'other']);
export type TicketCategory = z.infer<typeof ticketCategory>;

/** IANA zone the runtime knows. */
export const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}, 'Unknown time zone');

const text = (max: number) =>
  z.string().trim().min(1, 'May not be empty').max(max, `At most ${max} characters`);

/** What a seller describes; only title and price are required. */
export const listingRequest = z
  .strictObject({
    title: z.string('Give a title').trim().min(1, 'Give a title').max(200, 'At most 200 characters'),
    price,
    venue: text(200).optional(),
    city: text(100).optional(),
    startsAt: instant.optional(),
    timeZone: timeZone.optional(),
    category: ticketCategory.optional(),
    section: text(50).optional(),
    row: text(50).optional(),
    seat: text(50).optional(),
    notes: text(2000).optional(),
  })
  .refine(({ startsAt, timeZone }) => startsAt === undefined || timeZone !== undefined, {
    path: ['timeZone'],
    message: 'Give the time zone of the event',
  });
export type ListingRequest = z.infer<typeof listingRequest>;

export const ticket = z.object({
  id,
  version: z.int().nonnegative(),
  title: z.string(),
  price: money,
  sellerId: id,
  status: ticketStatus,
  /** While reserved: when the hold ends. */
  reservedUntil: instant.optional(),
  /** The order that holds or bought it; told to its buyer only. */
  orderId: id.optional(),
  /** Taken off sale by its seller; `status` alone would hide this while a late order holds the ticket. */
  withdrawnAt: instant.optional(),
  venue: z.string().optional(),
  city: z.string().optional(),
  startsAt: instant.optional(),
  timeZone: z.string().optional(),
  category: ticketCategory.optional(),
  section: z.string().optional(),
  row: z.string().optional(),
  seat: z.string().optional(),
  notes: z.string().optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type Ticket = z.infer<typeof ticket>;

export const ticketPage = page(ticket);

/** GET /api/tickets. Sold and withdrawn tickets are left out, unless a signed-in seller asks for their own (`seller=me`). */
export const ticketQuery = paging.extend({
  q: z.string().trim().max(100).optional(),
  city: z.string().trim().max(100).optional(),
  category: ticketCategory.optional(),
  from: instant.optional(),
  to: instant.optional(),
  /** Minor units. */
  minPrice: z.coerce.number().int().nonnegative().optional(),
  maxPrice: z.coerce.number().int().nonnegative().optional(),
  sort: z.enum(['newest', 'date', 'price', '-price']).default('newest'),
  seller: z.literal('me').optional(),
});
export type TicketQuery = z.infer<typeof ticketQuery>;
