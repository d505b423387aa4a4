import { z } from 'zod';

/** A resource id: 24 lower-case hex characters (a MongoDB ObjectId). */
export const id = z.string().regex(/^[0-9a-f]{24}$/, 'Must be 24 hex characters');

/** An instant as ISO 8601 in UTC or with an offset. */
export const instant = z.iso.datetime({ offset: true });

/** `Idempotency-Key`: 1-200 visible ASCII characters. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'Must be 1 to 200 visible ASCII characters');

/** Page numbers count from 1; a page holds at most 100. */
export const paging = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(20),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    page: z.int(),
    perPage: z.int(),
    totalItems: z.int(),
    totalPages: z.int(),
  });

/** One page of a list, `totalPages` is at least 1. */
export interface Page<T> {
  items: T[];
  page: number;
  perPage: number;
  totalItems: number;
  totalPages: number;
}

export function toPage<T>(items: T[], totalItems: number, at: { page: number; perPage: number }): Page<T> {
  return {
    items,
    page: at.page,
    perPage: at.perPage,
    totalItems,
    totalPages: Math.max(1, Math.ceil(totalItems / at.perPage)),
  };
}
