import { runOwnerCommands } from '@gittix/common/commands';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { createDeps } from './wire';

runOwnerCommands({
  service: 'payments',
  readConfig,
  migrations,
  collections: ['payments'],
  listeners: ({ connection, lifecycle, ...parts }) => {
    const deps = createDeps({ ...parts, models: createModels(connection) });
    lifecycle.onStop('reconciler', () => deps.reconciler.idle());
    return listeners(deps);
  },
});
