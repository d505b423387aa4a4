import { Router } from 'express';
import { z } from 'zod';
import type { EmulatorDeps } from '../deps';
import { EVENT_TYPES } from '../domain/records';
import { look } from '../http/look';
import { oneOf, page } from '../http/params';
import type { StoredEvent } from '../ledger/entry';
import { list } from '../use-cases/list';
import { findEvent } from '../use-cases/read';
import { eventView } from '../views/event';
import { listView } from '../views/expand';

const MOST_TYPES = 20;
const listEventsParams = z.strictObject({
  ...page,
  types: z.array(oneOf(EVENT_TYPES)).min(1).max(MOST_TYPES).optional(),
});
const retrieveEventParams = z.strictObject({});

/** What happened, whether or not a webhook told it. A type that is never sent is refused: nobody waits for it in vain. */
export function eventRoutes(deps: EmulatorDeps): Router {
  const { state } = deps.useCases;
  const view = (event: StoredEvent) => eventView(event, state.owedEvents.has(event.id) ? 1 : 0);
  return Router()
    .get(
      '/',
      look(deps, {
        by: 'shop',
        kind: 'list',
        params: listEventsParams,
        answer: ({ types, ...params }) => {
          const { items, hasMore } = list(
            state.events.values(),
            'event',
            params,
            ({ type }) => types === undefined || types.includes(type),
          );
          return listView('/v1/events', items.map(view), hasMore);
        },
      }),
    )
    .get(
      '/:id',
      look(deps, {
        by: 'shop',
        kind: 'retrieve',
        params: retrieveEventParams,
        answer: (_params, { id }) => view(findEvent(state, id)),
      }),
    );
}
