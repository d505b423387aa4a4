import type { StoredEvent } from '../ledger/entry';

/** The API version answers and events are shaped by: the one the `stripe` package of the shop was made for. */
export const API_VERSION = '2026-10-28.endive';

/** An event in Stripe's shape; `pending` is how many webhooks of it are not delivered yet. */
export function eventView(event: StoredEvent, pending: number): Record<string, unknown> {
  return {
    id: event.id,
    object: 'event',
    api_version: API_VERSION,
    created: event.created,
    data: { object: event.object },
    livemode: false,
    pending_webhooks: pending,
    request: { id: event.request.id, idempotency_key: event.request.idempotencyKey },
    type: event.type,
  };
}

/** The body of a webhook. */
export function eventBody(event: StoredEvent): string {
  return JSON.stringify(eventView(event, 1), undefined, 2);
}
