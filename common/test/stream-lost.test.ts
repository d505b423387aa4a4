import { isDeepStrictEqual } from 'node:util';
import { Schema, type Connection } from 'mongoose';
import { Lifecycle } from '../src/lifecycle';
import { createLogger } from '../src/logging';
import { keepNewest } from '../src/mongo';
import { changeAggregate, createRelay, saveAggregate, type Relay } from '../src/outbox';
import { on, openService, serviceSettings } from '../src/service';
import { loadConfig } from '../src/config';
import { silentLogger, testDatabase, waitFor } from '../src/testing';
import { createMemoryBus } from '../src/bus';
import { z } from 'zod';
import { PrivateNats } from './bus/private-nats';
import type { PrivateServer } from './bus/private-server';
import { CLUSTER_ID, FIND_MS, PrivateStan } from './bus/private-stan';
import { counterModel, stage, type CounterDocument } from './support/counter';

jest.setTimeout(60_000);

type Database = Awaited<ReturnType<typeof testDatabase>>;
let server: PrivateServer;
let bus: 'jetstream' | 'stan';
const databases: Database[] = [];
const running: Lifecycle[] = [];
/** A step of a stop that had to be left behind, with whatever it held open. */
const leftBehind: string[] = [];
const stopLogger = createLogger({
  service: 'test',
  level: 'error',
  destination: { write: (line) => void leftBehind.push(line) },
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((lifecycle) => lifecycle.stop('end of the test')));
  await Promise.all(databases.splice(0).map((database) => database.close()));
  expect(leftBehind.splice(0)).toEqual([]);
});

const newDatabase = async () => {
  const database = await testDatabase();
  databases.push(database);
  return database;
};

/** A service as its main.ts opens it, on the private broker. */
async function open(name: string, database: Database) {
  const lifecycle = new Lifecycle(stopLogger);
  running.push(lifecycle);
  const config = loadConfig(z.object(serviceSettings), {
    HOST: '127.0.0.1',
    PORT: '0',
    INTERNAL_PORT: '0',
    MONGO_URL: database.url,
    BUS: bus,
    NATS_URL: server.url,
    STAN_CLUSTER_ID: CLUSTER_ID,
    JWKS: '{"keys":[]}',
  });
  const models = (connection: Connection) => ({ counters: counterModel(connection) });
  const logger = silentLogger;
  const service = await openService({ name, config, logger, lifecycle, migrations: [], models });
  return { ...service, lifecycle };
}

/** An owner of counters, and what it takes to make and change one. */
async function openOwner(database: Database) {
  const service = await open('counters', database);
  const { counters } = service.models;
  await counters.createIndexes();
  const relay = service.relay(['counters']);
  const add = async (via: Relay = relay) => {
    const doc = new counters({ title: 'zero' });
    stage(doc);
    await saveAggregate(via, doc);
    return doc.id;
  };
  const rename = (id: string, title: string) =>
    changeAggregate<CounterDocument>({
      relay,
      load: () => counters.findById(id).orFail(),
      decide: (doc) => {
        doc.title = title;
        stage(doc);
        return true;
      },
    });
  return { ...service, counters, relay, add, rename };
}

/** A reader of counters with its copies. */
async function openReader() {
  const service = await open('reader', await newDatabase());
  const schema = new Schema<{ version: number; title: string }>({ version: Number, title: String });
  const copies = service.connection.model('Copy', schema, 'copies');
  const record = on(['TicketCreated', 'TicketUpdated'], async ({ data: { id, version, title } }) => {
    await keepNewest(copies as never, id, { version, title });
  });
  await service.subscribe([record]);
  const titles = async () =>
    Object.fromEntries(
      (await copies.collection.find().toArray()).map(({ _id, title }) => [String(_id), title as string]),
    );
  return { ...service, titles };
}

const loseTheBroker = async () => {
  await server.kill();
  await server.wipe();
  await server.start();
};
const remembered = ({ connection }: Database) =>
  connection.collection('bus').findOne({ _id: 'counters' as never });

const BROKERS = [
  ['JetStream', 'jetstream', () => PrivateNats.create()],
  ['NATS Streaming', 'stan', () => PrivateStan.create()],
] as const;

describe.each(BROKERS)('a broker whose data were deleted, %s,', (_name, kind, create) => {
  beforeAll(async () => {
    bus = kind;
    server = await create();
    await server.start();
  }, FIND_MS);
  afterAll(() => server.remove());
  // A store is one for all that use it: what another test left there is not this test's.
  beforeEach(() => loseTheBroker());

  it('is filled again by the running owner, and a reader that knows nothing has every aggregate in its newest state', async () => {
    const database = await newDatabase();
    const owner = await openOwner(database);
    const ids = await Promise.all(Array.from({ length: 600 }, () => owner.add()));
    for (const id of ids.slice(0, 20)) await owner.rename(id, 'one');
    await owner.relay.idle();
    const before = await waitFor(() => remembered(database), { what: 'the first sight of the stream' });

    await loseTheBroker();
    // Nothing but the loss itself is left to tell: no change comes by. Whoever is there first makes the stream.
    const reader = await openReader();
    await owner.rename(ids[0] ?? '', 'two');

    const expected = Object.fromEntries(ids.map((id, n) => [id, n === 0 ? 'two' : n < 20 ? 'one' : 'zero']));
    await waitFor(async () => Object.keys(await reader.titles()).length === ids.length, {
      timeoutMs: 90_000,
    });
    await waitFor(async () => isDeepStrictEqual(await reader.titles(), expected), {
      timeoutMs: 90_000,
      what: 'every aggregate in its newest state',
    });
    const after = await waitFor(async () => {
      const now = await remembered(database);
      return now?.streamCreated.getTime() === before.streamCreated.getTime() ? undefined : now;
    });
    expect(after.streamCreated.getTime()).toBeGreaterThan(before.streamCreated.getTime());
  });

  it('holds each event, and but once where repeated ids are dropped, though two replicas fill it', async () => {
    const database = await newDatabase();
    const owner = await openOwner(database);
    const owners = [owner, await openOwner(database)];
    const before = await waitFor(() => remembered(database));
    const ids = await Promise.all(Array.from({ length: 100 }, () => owner.add()));
    await Promise.all(owners.map(({ relay }) => relay.idle()));

    await loseTheBroker();
    await waitFor(
      async () => (await remembered(database))?.streamCreated.getTime() !== before.streamCreated.getTime(),
      { timeoutMs: 20_000 },
    );
    // A stop waits for the filling that is under way.
    await Promise.all(owners.map(({ lifecycle }) => lifecycle.stop('filled')));
    const reader = await open('another reader', await newDatabase());
    const seen: string[] = [];
    const replay = await reader.bus.replay({
      types: ['TicketCreated', 'TicketUpdated'],
      since: new Date(0),
      on: ({ subject }) => void seen.push(subject),
    });
    await replay.caughtUp;
    if (kind === 'stan') expect([...new Set(seen)].sort()).toEqual([...ids].sort());
    else expect(seen.sort()).toEqual([...ids].sort());
  });

  it('is filled by an owner that was down meanwhile, when it starts', async () => {
    const database = await newDatabase();
    const owner = await openOwner(database);
    const ids = [await owner.add(), await owner.add()];
    await owner.relay.idle();
    await waitFor(() => remembered(database));
    await owner.lifecycle.stop('down');

    await loseTheBroker();
    await openOwner(database);
    const reader = await openReader();
    await waitFor(async () => Object.keys(await reader.titles()).length === ids.length);
  });

  it('is left alone while the stream is the same', async () => {
    const database = await newDatabase();
    const owner = await openOwner(database);
    await waitFor(() => remembered(database));
    const id = await owner.add();
    await owner.relay.idle();
    await owner.lifecycle.stop('restart');

    const again = await openOwner(database);
    await again.rename(id, 'one');
    await again.relay.idle();
    const seen: string[] = [];
    const replay = await again.bus.replay({
      types: ['TicketCreated', 'TicketUpdated'],
      since: new Date(0),
      on: (event) => void (event.subject === id && seen.push(event.type)),
    });
    await replay.caughtUp;
    expect(seen).toEqual(['TicketCreated', 'TicketUpdated']);
  });

  it('is filled when an owner with aggregates sees a stream for the first time, as after an update from an earlier release', async () => {
    const database = await newDatabase();
    const counters = counterModel(database.connection);
    const elsewhere = createMemoryBus();
    const relay = createRelay({
      bus: elsewhere,
      connection: database.connection,
      collections: ['counters'],
      logger: silentLogger,
    });
    const doc = new counters({ title: 'zero' });
    stage(doc);
    await saveAggregate(relay, doc);
    await relay.stop();
    await openOwner(database);
    const reader = await openReader();
    await waitFor(async () => (await reader.titles())[doc.id] === 'zero');
  });
});
