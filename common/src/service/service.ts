import { setTimeout as delay } from 'node:timers/promises';
import type { Express } from 'express';
import type { Connection } from 'mongoose';
import { createKeySource, createTokenVerifier, type TokenVerifier } from '../auth';
import { createMongoDeadLetters } from '../bus';
import { serveHttp, type HttpAppOptions } from '../http';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';
import { migrationsAtStart, type Migration } from '../migrations';
import { connectMongo, mongoStatus, probeDatabase, type IndexedModel } from '../mongo';
import { createRelay, type Relay } from '../outbox';
import type { ServiceConfig } from './settings';
import { createStreamMemory, type StreamMemory } from './stream-memory';
import { openHealth, openWorker, type Worker } from './worker';

export interface Service<M> extends Worker {
  connection: Connection;
  models: M;
  verifier: TokenVerifier;
  /** What createHttpApp needs besides the routes. */
  http: Pick<HttpAppOptions, 'logger' | 'verifier' | 'secureCookies' | 'acceptsChanges'>;
  /** Starts publishing what these collections have in their outboxes, and all they have whenever the broker lost its data. Once per service. */
  relay(collections: string[]): Relay;
  /** Listens; stops by draining: no accepted request goes without its answer. */
  serve(app: Express): Promise<void>;
}

/**
 * Everything a service with an API and a database has open, in the order it opens: health, database (probed, migrated), bus.
 * Each registers how to stop, so the last opened stops first. Waits for what is not there yet, in whatever order things come up.
 */
export async function openService<M extends Record<string, IndexedModel>>(options: {
  name: string;
  config: ServiceConfig;
  logger: Logger;
  lifecycle: Lifecycle;
  migrations: readonly Migration[];
  /** Every collection of the service; their unique indexes must be there before it serves. */
  models: (connection: Connection) => M;
}): Promise<Service<M>> {
  const { name, config, logger, lifecycle, migrations } = options;
  const health = await openHealth(name, config, lifecycle);

  // Not ready before it serves, even when all it depends on is there.
  let serving = false;
  health.add({ name: 'http', needed: 'always', test: () => serving || 'not listening yet' });

  const connection = await connectMongo(config.MONGO_URL, logger, lifecycle.signal);
  lifecycle.onStop('database', () => connection.close());
  health.add({ name: 'database', needed: 'always', test: () => mongoStatus(connection) });
  await probeDatabase(connection, logger, lifecycle.signal);
  const models = options.models(connection);
  await migrationsAtStart({
    connection,
    migrations,
    models: Object.values(models),
    mode: config.MIGRATE,
    logger,
    health,
    lifecycle,
  });

  const deadLetters = createMongoDeadLetters(connection);
  // The stream is seen before it is known which collections are ours; a stop must not wait to know.
  let own: (memory: StreamMemory | undefined) => void = () => undefined;
  const owned = new Promise<StreamMemory | undefined>((resolve) => {
    own = resolve;
    lifecycle.signal.addEventListener('abort', () => resolve(undefined));
  });
  const onStreamCreated = async (created: Date) => (await owned)?.see(created);
  const worker = await openWorker({
    name,
    config,
    logger,
    lifecycle,
    health,
    deadLetters,
    onStreamCreated,
  });
  const verifier = createTokenVerifier({
    keys: createKeySource({ given: config.JWKS, url: config.JWKS_URL, logger }),
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
  });

  return {
    ...worker,
    connection,
    models,
    verifier,
    http: { logger, verifier, secureCookies: config.COOKIE_SECURE, acceptsChanges: worker.acceptsChanges },
    relay: (collections) => {
      const relay = createRelay({ bus: worker.bus, connection, collections, logger });
      const { signal } = lifecycle;
      const memory = createStreamMemory({ bus: worker.bus, connection, collections, logger, signal });
      own(memory);
      lifecycle.onStop('relay', async () => {
        await memory.idle();
        await relay.stop();
      });
      return relay;
    },
    serve: async (app) => {
      const server = await serveHttp(app, { host: config.HOST, port: config.PORT });
      serving = true;
      lifecycle.onStop('http server', async () => {
        health.drain();
        await server.drain(delay(config.DRAIN_MS));
      });
      logger.info({ port: server.port }, 'ready');
    },
  };
}
