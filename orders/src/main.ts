import { Types } from 'mongoose';
import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { ensureIndexes } from '@gittix/common/mongo';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import type { Deps } from './deps';
import { listeners } from './listeners';
import { startSweeper } from './sweeper';

/** Looks for a ticket that is not here yet after 50, 150, 300 ms …; 2 s in all. */
const TICKET_PAUSES_MS = [50, 100, 150, 200, 250, 300, 300, 300, 350];

const logger = createLogger({ service: 'orders' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({ name: 'orders', config, logger, lifecycle });
  const models = createModels(service.connection);
  await ensureIndexes(Object.values(models));
  const deps: Deps = {
    ...models,
    relay: service.relay([models.orders.collection.name]),
    logger,
    now: () => new Date(),
    newId: () => new Types.ObjectId().toHexString(),
    ttlMs: config.ORDER_TTL_SECONDS * 1000,
    ticketPausesMs: TICKET_PAUSES_MS,
  };
  await service.subscribe(listeners(deps));
  const sweeper = startSweeper(deps, config.SWEEP_MS);
  lifecycle.onStop('sweeper', () => sweeper.stop());
  await service.serve(buildApp(deps, service.http));
});
