import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { ensureIndexes } from '@gittix/common/mongo';
import { openService } from '@gittix/common/service';
import { buildApp } from './app';
import { readConfig } from './config';
import { ticketModel } from './data/ticket-model';
import type { Deps } from './deps';
import { listeners } from './listeners';

const logger = createLogger({ service: 'tickets' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const service = await openService({ name: 'tickets', config, logger, lifecycle });
  const tickets = ticketModel(service.connection);
  await ensureIndexes([tickets]);
  const deps: Deps = { tickets, relay: service.relay(['tickets']), now: () => new Date() };
  await service.subscribe(listeners(deps));
  await service.serve(buildApp(deps, service.http));
});
