import { runOwnerCommands } from '@gittix/common/commands';
import { grantCommand } from './commands/grant';
import { readConfig } from './config';
import { userModel } from './data/user-model';
import { migrations } from './migrations';

runOwnerCommands({
  service: 'auth',
  readConfig,
  migrations,
  collections: ['users'],
  listeners: () => [],
  more: (open) => [
    grantCommand(async () => {
      const { connection, relay } = await open();
      return { users: userModel(connection), relay, now: () => new Date() };
    }),
  ],
});
