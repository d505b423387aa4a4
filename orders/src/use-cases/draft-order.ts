import type { Money, OrderItem } from '@gittix/common/api';
import { stageEvent } from '@gittix/common/outbox';
import { toState, type OrderDocument } from '../data';
import type { Deps } from '../deps';

export interface Draft {
  userId: string;
  items: OrderItem[];
  total: Money;
  /** Absent without an Idempotency-Key. */
  request?: string | undefined;
  requestHash: string;
  now: Date;
}

/** A new order with its OrderCreated, not yet saved. */
export function draftOrder(
  { orders, newId, ttlMs }: Pick<Deps, 'orders' | 'newId' | 'ttlMs'>,
  { userId, items, total, request, requestHash, now }: Draft,
): OrderDocument {
  const id = newId();
  const doc = new orders({
    _id: id,
    userId,
    status: 'created',
    items,
    total,
    createdAt: now,
    expiresAt: new Date(now.getTime() + ttlMs),
    holds: items.map(({ ticketId }) => ticketId),
    request: request ?? id,
    requestHash,
    timeline: [{ at: now, event: 'OrderCreated', by: `buyer:${userId}` }],
  });
  stageEvent(doc, { type: 'OrderCreated', at: now, toData: (version) => toState(doc, version) });
  return doc;
}
