import type { Connection } from 'mongoose';
import { createMongoDeadLetters, type EventBus } from '../bus';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';
import type { Migration } from '../migrations';
import { connectMongo } from '../mongo';
import { createRelay, type Relay } from '../outbox';
import type { Listener, ServiceConfig, WorkerConfig } from '../service';
import type { Command } from './command';
import { deadLetterCommands } from './dead-letters';
import { migrateCommand } from './migrate';
import { republishCommand } from './republish';
import { runCommandLine } from './run';
import { createTools, once, patiently, type Tools } from './tools';

/** Runs the command that this process was started with, and ends it with the exit code. */
export function runCommands<C extends WorkerConfig>(definition: {
  service: string;
  readConfig: () => C;
  commands: (tools: Tools<C>) => Command[];
}): void {
  const { service, readConfig, commands } = definition;
  const tools = createTools(service, readConfig);
  const output = {
    out: (line: string) => void process.stdout.write(`${line}\n`),
    say: (line: string) => void process.stderr.write(`${line}\n`),
  };
  void runCommandLine(service, commands(tools), process.argv.slice(2), output).then(async (code) => {
    // Set first: the event loop may run dry while stopping, and that must not look like success.
    process.exitCode = code;
    await tools.lifecycle.stop('done');
    process.exit(code);
  });
}

/** What handlers and use cases get in a command's process. */
export interface OpenOwner<C> {
  config: C;
  connection: Connection;
  bus: EventBus;
  relay: Relay;
  logger: Logger;
  lifecycle: Lifecycle;
}

export interface OwnerCommands<C> {
  service: string;
  readConfig: () => C;
  migrations: readonly Migration[];
  /** Those with an outbox, as given to `service.relay`. */
  collections: string[];
  /** The service's own, for `dead-letters replay`. */
  listeners: (owner: OpenOwner<C>) => Listener[];
  /** What only this service can do. */
  more?: (open: () => Promise<OpenOwner<C>>) => Command[];
}

/** The command line of a service with a database and aggregates: migrations, dead letters, republish, and its own commands. */
export function runOwnerCommands<C extends ServiceConfig>(definition: OwnerCommands<C>): void {
  const { service, readConfig, migrations, collections, listeners, more } = definition;
  runCommands({
    service,
    readConfig,
    commands: (tools) => {
      const { connection, database, owner } = openers(tools, collections);
      return [
        migrateCommand({ service, migrations, open: database, logger: tools.logger }),
        ...deadLetterCommands({
          service,
          archive: async () => createMongoDeadLetters(await connection()),
          listeners: async () => listeners(await owner()),
        }),
        republishCommand({ service, collections, open: owner }),
        ...(more?.(owner) ?? []),
      ];
    },
  });
}

/** Looking at letters needs the database only; what changes something needs the bus as well. */
function openers<C extends ServiceConfig>(tools: Tools<C>, collections: string[]) {
  const { config, logger, lifecycle } = tools;
  const database = async (patienceMs?: number) => {
    const connect = (signal: AbortSignal) => connectMongo(config().MONGO_URL, logger, signal);
    const opened = await patiently('the database (MONGO_URL)', connect, patienceMs);
    lifecycle.onStop('database', () => opened.close());
    return opened;
  };
  const connection = once(() => database());
  const owner = once(async (): Promise<OpenOwner<C>> => {
    const parts = {
      config: config(),
      connection: await connection(),
      bus: await tools.bus(),
      logger,
      lifecycle,
    };
    const relay = createRelay({ ...parts, collections });
    // Publishes what was just changed; what it can't, the running service does.
    lifecycle.onStop('relay', () => relay.stop());
    return { ...parts, relay };
  });
  return { connection, database, owner };
}
