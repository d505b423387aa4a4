import { randomUUID } from 'node:crypto';
import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { startNightly } from './nightly';
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
  const tellDifferences = service.figure(
    'gittix_stripe_differences',
    'Differences from Stripe that the last nightly comparison left for a human',
  );
  const tellWhen = service.figure(
    'gittix_stripe_compared_timestamp_seconds',
    'When the last nightly comparison with Stripe ended',
  );
  const nightly = startNightly(
    { ...deps, nights: models.nights, newClaim: randomUUID },
    {
      hour: config.RECONCILE_AT_HOUR,
      onDone: ({ differences }) => {
        tellDifferences(differences.length);
        tellWhen(Date.now() / 1000);
      },
    },
  );
  lifecycle.onStop('nightly comparison', () => nightly.stop());
  await service.serve(buildApp(deps, service.http));
});
