import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { createModels } from './data';
import type { Deps } from './deps';
import { listeners } from './listeners';
import { migrations } from './migrations';

const logger = createLogger({ service: 'tickets' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({
    name: 'tickets',
    config,
    logger,
    lifecycle,
    migrations,
    models: createModels,
  });
  const deps: Deps = { ...service.models, relay: service.relay(['tickets']), now: () => new Date() };
  await service.subscribe(listeners(deps));
  await service.serve(buildApp(deps, service.http));
});
