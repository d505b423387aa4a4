import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { startNewsReader, startSweeper } from './sweeper';
import { createDeps } from './wire';

const logger = createLogger({ service: 'payments' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({
    name: 'payments',
    config,
    logger,
    lifecycle,
    migrations,
    models: createModels,
  });
  const { models } = service;
  const deps = createDeps({ models, relay: service.relay(['payments']), logger, config });
  lifecycle.onStop('reconciler', () => deps.reconciler.stop());
  await service.subscribe(listeners(deps));
  const sweeper = startSweeper(deps);
  lifecycle.onStop('sweeper', () => sweeper.stop());
  const news = startNewsReader(deps);
  lifecycle.onStop('news of Stripe', () => news.stop());
  await service.serve(buildApp(deps, service.http));
});
