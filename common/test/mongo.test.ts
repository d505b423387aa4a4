import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Schema, type Collection, type Connection, type Model } from 'mongoose';
import fc from 'fast-check';
import { isInfrastructureError } from '../src/errors';
import {
  connectMongo,
  isDuplicateKey,
  keepNewest,
  missingIndexes,
  mongoStatus,
  probeDatabase,
  requireUniqueIndexes,
} from '../src/mongo';
import {
  newId,
  openBreakableLink,
  silentLogger,
  testDatabase,
  testServer,
  waitFor,
  type BreakableLink,
} from '../src/testing';

const big = { text: 'x'.repeat(1 << 20) };

interface Copy {
  _id?: string;
  version: number;
  word: string;
  extra?: string;
}

let connection: Connection;
let closeDatabase: () => Promise<void>;
let copies: Model<Copy>;

beforeAll(async () => {
  ({ connection, close: closeDatabase } = await testDatabase());
  const schema = new Schema<Copy>(
    { version: Number, word: String, extra: String, _id: String },
    { versionKey: false },
  );
  copies = connection.model<Copy>('Copy', schema, 'copies');
});
afterAll(() => closeDatabase());

const copyOf = async (id: string) => (await copies.collection.findOne({ _id: id } as never)) as unknown;

describe('keepNewest', () => {
  it('ends with the newest version whatever the order, doubling and loss on the way', async () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(arrivals, async (versions) => {
        const id = newId();
        for (const version of versions) await keepNewest(copies, id, { version, word: `v${version}` });
        const newest = Math.max(...versions);
        expect(await copyOf(id)).toEqual({ _id: id, version: newest, word: `v${newest}` });
      }),
      { numRuns: 50 },
    );
  });

  it('ends with the newest when all arrive at once', async () => {
    const id = newId();
    const results = await Promise.all(
      Array.from({ length: 16 }, (_, version) => keepNewest(copies, id, { version, word: `v${version}` })),
    );
    expect(await copyOf(id)).toMatchObject({ version: 15 });
    expect(results[15]).toBe(true);
  });

  it('replaces the whole state, so that a field that is gone is gone', async () => {
    const id = newId();
    await keepNewest(copies, id, { version: 0, word: 'a', extra: 'b' });
    expect(await keepNewest(copies, id, { version: 1, word: 'a' })).toBe(true);
    expect(await copyOf(id)).toEqual({ _id: id, version: 1, word: 'a' });
    expect(await keepNewest(copies, id, { version: 1, word: 'again' })).toBe(false);
  });

  it('runs again without upsert when two upserts both missed and one lost the insert', async () => {
    // What a real server can do and the stand-in cannot: both look, find nothing, both insert.
    const calls: (object | undefined)[] = [];
    const racing = {
      collection: {
        replaceOne: (_filter: object, state: Copy, options?: object) => {
          calls.push(options);
          if (options)
            return Promise.reject(Object.assign(new Error('E11000 duplicate key'), { code: 11000 }));
          return Promise.resolve({ matchedCount: state.version === 2 ? 1 : 0, upsertedCount: 0 });
        },
      },
    } as unknown as Model<Copy>;
    expect(await keepNewest(racing, newId(), { version: 2, word: 'newer' })).toBe(true);
    expect(await keepNewest(racing, newId(), { version: 1, word: 'older' })).toBe(false);
    expect(calls).toEqual([{ upsert: true }, undefined, { upsert: true }, undefined]);
  });
});

describe('requireUniqueIndexes', () => {
  const schema = new Schema({ holds: [String], at: Date });
  schema.index({ holds: 1 }, { unique: true });
  schema.index({ at: 1 });

  it('finds them, and nothing missing', async () => {
    const model = connection.model('Held', schema, 'held');
    await model.createIndexes();
    await requireUniqueIndexes([model]);
    expect(await missingIndexes([model])).toEqual([]);
    await model.create({ holds: ['a', 'b'] });
    const refusal: unknown = await model.create({ holds: ['b', 'c'] }).catch((error: unknown) => error);
    expect(isDuplicateKey(refusal)).toBe(true);
  });

  it('refuses to go on when a unique index is not there, or is not unique', async () => {
    const message = 'the unique index {"holds":1} of unheld is missing';
    const model = connection.model('Unheld', schema, 'unheld');
    await expect(requireUniqueIndexes([model])).rejects.toThrow(message);
    await model.collection.createIndex({ holds: 1 });
    await expect(requireUniqueIndexes([model])).rejects.toThrow(message);
    expect(await missingIndexes([model])).toEqual([
      'the unique index {"holds":1} of unheld',
      'the index {"at":1} of unheld',
    ]);
  });
});

describe('connectMongo', () => {
  it('has every write wait for a majority and the journal', () => {
    expect(connection.getClient().options.writeConcern).toMatchObject({ w: 'majority', journal: true });
  });
});

/** Of the driver's own, where what happens by chance can be brought about. */
interface DriverServer {
  monitor: {
    connection: { socket: Socket } | null;
    monitorId: { toJSON(): { timeSinceLastCall: number } };
    requestCheck(): void;
  };
  pool: { connections: Iterable<{ socket: Socket }> };
}

describe('without the database', () => {
  let link: BreakableLink;
  let connected: Connection;

  beforeEach(async () => {
    link = await openBreakableLink(testServer('TEST_MONGO_URL'));
    connected = await connectMongo(`${link.url.replace(/\/$/, '')}/test-${newId()}`, silentLogger);
    await connected.collection('things').findOne({});
  });
  afterEach(async () => {
    await connected.close(true);
    await link.close();
  });

  it('its status says so soon although nobody asks anything of it, and takes it back', async () => {
    expect(mongoStatus(connected)).toBe(true);
    link.cut();
    await waitFor(() => mongoStatus(connected) === 'not connected');
    link.mend();
    await waitFor(() => mongoStatus(connected) === true);
  });

  it('that neither answers nor dies, no request waits 10 s, the first no more than the next', async () => {
    link.stall();
    for (const ask of [
      () => connected.collection('things').findOne({}),
      () => connected.collection('things').insertOne({}),
      () => connected.collection('things').findOne({}),
    ]) {
      const startedAt = performance.now();
      const error: unknown = await ask().catch((thrown: unknown) => thrown);
      expect(isInfrastructureError(error)).toBe(true);
      expect(performance.now() - startedAt).toBeLessThan(10_000);
    }
    expect(mongoStatus(connected)).toBe('not connected');
  }, 60_000);

  it('whose connection we close ourselves, whoever still asks can try again', async () => {
    link.stall();
    const asked = connected.collection('things').insertOne({});
    const refusal = asked.catch((error: unknown) => error);
    await new Promise(setImmediate);
    await connected.getClient().close();
    expect(await refusal).toMatchObject({ name: 'MongoClientClosedError' });
    expect(isInfrastructureError(await refusal)).toBe(true);
  });

  describe('when a socket has just gone, in the moment before that is told', () => {
    let server: DriverServer;

    beforeEach(() => {
      const { topology } = connected.getClient() as unknown as {
        topology: { s: { servers: Map<string, DriverServer> } };
      };
      [server] = [...topology.s.servers.values()] as [DriverServer];
    });

    it.each([
      ['a read, which is repeated, succeeds', (things: Collection) => things.findOne({}), null],
      ['a write ends with its outcome unknown', (things: Collection) => things.insertOne({}), 'unknown'],
      [
        'a write of more than the socket takes at once does, too',
        (things: Collection) => things.insertOne(big),
        'unknown',
      ],
    ])('%s', async (_, ask, expected) => {
      for (const { socket } of server.pool.connections) socket.destroy();
      const outcome = await Promise.race([
        ask(connected.collection('things')).catch((error: unknown) =>
          isInfrastructureError(error) ? 'unknown' : error,
        ),
        delay(10_000, 'waits for ever', { ref: false }),
      ]);
      expect(outcome).toEqual(expected);
    });

    it('the monitor sees all the same that the database is gone, and that it is back', async () => {
      const monitor = await waitFor(() => server.monitor.connection && server.monitor);
      // Else it would wait until it may ask again, and know by then.
      await waitFor(() => monitor.monitorId.toJSON().timeSinceLastCall > 600);
      monitor.connection?.socket.destroy();
      monitor.requestCheck();
      link.cut();
      await waitFor(() => mongoStatus(connected) === 'not connected');
      link.mend();
      await waitFor(() => mongoStatus(connected) === true);
      await connected.collection('things').insertOne({});
      expect(await connected.collection('things').countDocuments()).toBe(1);
    });
  });
});

describe('probeDatabase', () => {
  it('accepts the database at hand and leaves nothing behind', async () => {
    await probeDatabase(connection, silentLogger);
    expect(await connection.collection('probes').countDocuments()).toBe(0);
  });

  it('refuses a database where more than one racer wins', async () => {
    const careless = {
      collection: () => ({
        createIndex: () => Promise.resolve(),
        insertOne: () => Promise.resolve(),
        updateOne: () => Promise.resolve({ modifiedCount: 1 }),
        deleteMany: () => Promise.resolve(),
      }),
    } as unknown as Connection;
    await expect(probeDatabase(careless, silentLogger)).rejects.toThrow(
      'of 32 racing inserts of one key 32 won, of 32 conditional updates 32',
    );
  });
});
