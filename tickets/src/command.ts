import { runOwnerCommands } from '@gittix/common/commands';
import { readConfig } from './config';
import { ticketModel } from './data/ticket-model';
import { listeners } from './listeners';

runOwnerCommands({
  service: 'tickets',
  readConfig,
  collections: ['tickets'],
  listeners: ({ connection, relay }) =>
    listeners({ tickets: ticketModel(connection), relay, now: () => new Date() }),
});
