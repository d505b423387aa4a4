import { z } from 'zod';
import { money } from './money';
import { id, instant, page, paging } from './primitives';

export const orderStatus = z.enum(['created', 'secured', 'complete', 'cancelled', 'expired', 'refunded']);
export type OrderStatus = z.infer<typeof orderStatus>;

/** Why an order was cancelled. */
export const cancelReason = z.enum(['buyer', 'admin', 'ticket_withdrawn', 'buyer_banned', 'payment_failed']);
export type CancelReason = z.infer<typeof cancelReason>;

export const orderItem = z.object({ ticketId: id, title: z.string(), price: money });
export type OrderItem = z.infer<typeof orderItem>;

/** What happened to an order and who caused it: `buyer:<id>`, `admin:<id>` or a service's name. */
export const timelineEntry = z.object({
  at: instant,
  event: z.string(),
  by: z.string(),
  reason: z.string().optional(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const order = z.object({
  id,
  version: z.int().nonnegative(),
  userId: id,
  status: orderStatus,
  items: z.array(orderItem).min(1).max(8),
  total: money,
  expiresAt: instant,
  createdAt: instant,
  reason: cancelReason.optional(),
  timeline: z.array(timelineEntry),
});
export type Order = z.infer<typeof order>;

export const orderPage = page(order);

/** Orders makes them distinct and answers 422 unless 1 to 8 are left; the bound here only keeps lists short. */
const ticketIds = z.array(id).max(100, 'At most 100 ids');

/** POST /api/orders: one ticket or up to 8; `expectedTotal` refuses a price that has changed meanwhile. */
export const createOrderRequest = z
  .strictObject({ ticketId: id.optional(), ticketIds: ticketIds.optional(), expectedTotal: money.optional() })
  .refine(({ ticketId, ticketIds }) => (ticketId === undefined) !== (ticketIds === undefined), {
    path: ['ticketId'],
    message: 'Give either ticketId or ticketIds',
  });
export type CreateOrderRequest = z.infer<typeof createOrderRequest>;

/** GET /api/orders: the caller's own, newest first. */
export const orderQuery = paging;
