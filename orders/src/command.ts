import { runOwnerCommands } from '@gittix/common/commands';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { createDeps } from './wire';

runOwnerCommands({
  service: 'orders',
  readConfig,
  migrations,
  collections: ['orders'],
  listeners: ({ connection, ...parts }) =>
    listeners(createDeps({ ...parts, models: createModels(connection) })),
});
