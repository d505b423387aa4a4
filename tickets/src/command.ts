import { runOwnerCommands } from '@gittix/common/commands';
import { readConfig } from './config';
import { ticketModel } from './data/ticket-model';
import { listeners } from './listeners';
import { migrations } from './migrations';

runOwnerCommands({
  service: 'tickets',
  readConfig,
  migrations,
  collections: ['tickets'],
  listeners: ({ connection, relay }) =>
    listeners({ tickets: ticketModel(connection), relay, now: () => new Date() }),
});
