import { runOwnerCommands } from '@gittix/common/commands';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { createDeps } from './wire';

runOwnerCommands({
  service: 'orders',
  readConfig,
  collections: ['orders'],
  listeners: ({ connection, ...parts }) =>
    listeners(createDeps({ ...parts, models: createModels(connection) })),
});
