import { Types } from 'mongoose';
import type { Logger } from '@gittix/common/logging';
import type { Relay } from '@gittix/common/outbox';
import type { readConfig } from './config';
import type { Models } from './data';
import type { Deps } from './deps';

/** Looks for a ticket that is not here yet after 50, 150, 300 ms …; 2 s in all. */
const TICKET_PAUSES_MS = [50, 100, 150, 200, 250, 300, 300, 300, 350];

/** What the use cases work with, in the service and in its commands. */
export function createDeps(parts: {
  models: Models;
  relay: Relay;
  logger: Logger;
  config: Pick<ReturnType<typeof readConfig>, 'ORDER_TTL_SECONDS'>;
}): Deps {
  const { models, relay, logger, config } = parts;
  return {
    ...models,
    relay,
    logger,
    now: () => new Date(),
    newId: () => new Types.ObjectId().toHexString(),
    ttlMs: config.ORDER_TTL_SECONDS * 1000,
    ticketPausesMs: TICKET_PAUSES_MS,
  };
}
