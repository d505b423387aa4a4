import { runOwnerCommands, type OpenOwner } from '@gittix/common/commands';
import { reconcileCommand } from './commands/reconcile';
import { readConfig } from './config';
import { createModels } from './data';
import { listeners } from './listeners';
import { migrations } from './migrations';
import { createDeps } from './wire';

function depsOf({ connection, lifecycle, ...parts }: OpenOwner<ReturnType<typeof readConfig>>) {
  const deps = createDeps({ ...parts, models: createModels(connection) });
  lifecycle.onStop('reconciler', () => deps.reconciler.idle());
  return deps;
}

runOwnerCommands({
  service: 'payments',
  readConfig,
  migrations,
  collections: ['payments'],
  listeners: (owner) => listeners(depsOf(owner)),
  more: (open) => [reconcileCommand(async () => depsOf(await open()))],
});
