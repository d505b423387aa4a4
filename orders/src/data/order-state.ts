import type { Order } from '@gittix/common/api';
import type { OrderState } from '@gittix/common/events';
import type { OrderFacts } from '../domain/order';
import type { OrderDocument } from './order-model';

/** The order's whole public state, as its events carry it: no request key and no hash. */
export function toState(doc: OrderDocument, version: number): OrderState {
  return {
    id: doc.id,
    version,
    userId: doc.userId,
    status: doc.status,
    items: doc.items.map(({ ticketId, title, price: { amount, currency } }) => ({
      ticketId,
      title,
      price: { amount, currency },
    })),
    total: { amount: doc.total.amount, currency: doc.total.currency },
    expiresAt: doc.expiresAt.toISOString(),
    createdAt: doc.createdAt.toISOString(),
    ...(doc.reason ? { reason: doc.reason } : {}),
    timeline: doc.timeline.map(({ at, event, by, reason }) => ({
      at: at.toISOString(),
      event,
      by,
      ...(reason ? { reason } : {}),
    })),
  };
}

/** The order as its buyer and operators see it. */
export function toResource(doc: OrderDocument): Order {
  return toState(doc, doc.version);
}

/** The order as the domain decides on it. */
export function toFacts(doc: OrderDocument): OrderFacts {
  const { id, userId, status, total, createdAt, expiresAt } = doc;
  return {
    id,
    userId,
    status,
    total: { amount: total.amount, currency: total.currency },
    createdAt,
    expiresAt,
  };
}
