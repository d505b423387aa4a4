import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { startSweeper } from './sweeper';
import { createDeps } from './wire';

const logger = createLogger({ service: 'orders' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({
    name: 'orders',
    config,
    logger,
    lifecycle,
    migrations,
    models: createModels,
  });
  const { models } = service;
  const relay = service.relay([models.orders.collection.name]);
  const deps = createDeps({ models, relay, logger, config });
  await service.subscribe(listeners(deps));
  const sweeper = startSweeper(deps, config.SWEEP_MS);
  lifecycle.onStop('sweeper', () => sweeper.stop());
  await service.serve(buildApp(deps, service.http));
});
