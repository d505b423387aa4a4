import type { StoredEvent } from '../ledger/entry';

/** The API version answers and events are shaped by: the one the `stripe` package of the shop was made for. */
export const API_VERSION = '2026-10-28.endive';

/** The body of a webhook, in Stripe's shape. */
export function eventBody(event: StoredEvent): string {
  return JSON.stringify(
    {
      id: event.id,
      object: 'event',
      api_version: API_VERSION,
      created: event.created,
      data: { object: event.object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: event.request.id, idempotency_key: event.request.idempotencyKey },
      type: event.type,
    },
    undefined,
    2,
  );
}
