import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { mongo, type Connection } from 'mongoose';
import { Health } from '../../src/health';
import { migrateCommand, runCommandLine } from '../../src/commands';
import { Lifecycle } from '../../src/lifecycle';
import {
  backfill,
  createIndexes,
  migrate,
  MigrationError,
  migrationsAtStart,
  readProgress,
  type Migration,
  type MigrationContext,
  type MigrationRecord,
} from '../../src/migrations';
import { createMemoryBus } from '../../src/bus';
import { changeAggregate, createRelay } from '../../src/outbox';
import { silentLogger, testDatabase, waitFor } from '../../src/testing';
import { counterModel, stage, type CounterDocument } from '../support/counter';
import { BATCH } from '../support/migrating-process';

jest.setTimeout(60_000);

let database: Awaited<ReturnType<typeof testDatabase>>;
let connection: Connection;
beforeEach(async () => {
  database = await testDatabase();
  ({ connection } = database);
});
afterEach(() => database.close());

const logger = silentLogger;
const step = (id: string, up: Migration['up'] = () => Promise.resolve()): Migration => ({
  id,
  describe: `What ${id} does`,
  up,
});
const leaseEnd = async () =>
  (
    await connection.collection<{ _id: string; expiresAt: Date }>('migrations').findOne({ _id: 'lease' })
  )?.expiresAt.getTime();
const recordOf = (id: string) => connection.collection<MigrationRecord>('migrations').findOne({ _id: id });
/** A promise and what settles it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('migrate', () => {
  it('does what is pending, in order and once, from release to release', async () => {
    const ran: string[] = [];
    const noting = (id: string) => step(id, () => Promise.resolve(void ran.push(id)));
    const first = [noting('0001-one'), noting('0002-two')];
    expect(await migrate({ connection, migrations: first, logger })).toEqual(['0001-one', '0002-two']);
    expect(await migrate({ connection, migrations: first, logger })).toEqual([]);
    const next = [...first, noting('0003-three')];
    expect(await migrate({ connection, migrations: next, logger })).toEqual(['0003-three']);
    expect(ran).toEqual(['0001-one', '0002-two', '0003-three']);
    expect(await recordOf('0003-three')).toMatchObject({
      startedAt: expect.any(Date),
      finishedAt: expect.any(Date),
    });
  });

  it('leaves alone what only a newer release knows, and says so: this one was rolled back to', async () => {
    const migrations = [step('0001-one'), step('0002-newer')];
    await migrate({ connection, migrations, logger });
    const info = jest.spyOn(logger, 'info');
    expect(await migrate({ connection, migrations: migrations.slice(0, 1), logger })).toEqual([]);
    expect(info).toHaveBeenCalledWith({ unknown: ['0002-newer'] }, expect.stringMatching(/newer release/));
  });

  it.each([[['0002-one']], [['0001-one', '0001-two']], [['0001-one', '0003-two']], [['0001-One']]])(
    'refuses a list that is not numbered one by one: %j',
    async (ids) => {
      const migrations = ids.map((id) => step(id));
      await expect(migrate({ connection, migrations, logger })).rejects.toThrow(
        /its id must be 000\d-some-words/,
      );
    },
  );

  it('stops at one that fails, names it and keeps the reason; mended, it goes on from its checkpoint', async () => {
    let broken = true;
    const seen: unknown[] = [];
    const migrations = [
      step('0001-one'),
      step('0002-two', async ({ checkpoint, save }) => {
        seen.push(checkpoint);
        await save('half');
        if (broken) throw new Error('title is missing');
      }),
      step('0003-three'),
    ];
    const attempt = migrate({ connection, migrations, logger });
    await expect(attempt).rejects.toThrow(new MigrationError('0002-two', new Error('title is missing')));
    expect(await recordOf('0002-two')).toMatchObject({
      checkpoint: 'half',
      failure: { at: expect.any(Date), message: 'migration 0002-two failed: title is missing' },
    });
    const { pending } = await readProgress(connection, migrations);
    expect(pending.map(({ id }) => id)).toEqual(['0002-two', '0003-three']);
    broken = false;
    expect(await migrate({ connection, migrations, logger })).toEqual(['0002-two', '0003-three']);
    expect(seen).toEqual([undefined, 'half']);
    const record = await recordOf('0002-two');
    expect(record?.finishedAt).toBeInstanceOf(Date);
    expect(record).not.toHaveProperty('failure');
  });
});

describe('processes that migrate at the same time', () => {
  it('one works, the others wait and find it done', async () => {
    const { open, opened } = gate();
    let runs = 0;
    const migrations = [
      step('0001-one', async () => {
        runs += 1;
        await opened;
      }),
    ];
    const waiting: string[] = [];
    const onWait = (owner: string) => {
      waiting.push(owner);
      if (waiting.length === 2) open();
    };
    const all = await Promise.all([1, 2, 3].map(() => migrate({ connection, migrations, logger, onWait })));
    expect(all.map(({ length }) => length).sort()).toEqual([0, 0, 1]);
    expect(runs).toBe(1);
    expect(waiting).toEqual(Array(2).fill(expect.stringMatching(/^process \d+ on /)));
  });

  it('one that takes longer than its lease keeps it by renewing', async () => {
    const { open, opened } = gate();
    let runs = 0;
    const migrations = [
      step('0001-one', async () => {
        runs += 1;
        await opened;
      }),
    ];
    let now = Date.now();
    const waiting: string[] = [];
    const onWait = (owner: string) => void waiting.push(owner);
    const options = { connection, migrations, logger, leaseMs: 200, now: () => now, onWait };
    const long = migrate(options);
    await waitFor(() => runs === 1);
    const other = migrate(options);
    await waitFor(() => waiting.length === 1);
    // Five leases long, in steps shorter than one: it goes on as soon as the lease reaches beyond the next one.
    for (const end = now + 1_000; now < end; now += 150)
      await waitFor(async () => (await leaseEnd()) === now + 200);
    open();
    expect(await long).toEqual(['0001-one']);
    expect(await other).toEqual([]);
    expect(runs).toBe(1);
  });

  it('one that was killed is followed when its time is over, not before', async () => {
    const leases = connection.collection<{ _id: string; owner: string; token: number; expiresAt: Date }>(
      'migrations',
    );
    let time = Date.now();
    const expiresAt = new Date(time + 1_000);
    await leases.insertOne({ _id: 'lease', owner: 'a dead process', token: 7, expiresAt });
    const waiting: string[] = [];
    let looks = 0;
    let begun = false;
    const following = migrate({
      connection,
      migrations: [step('0001-one')],
      logger,
      leaseMs: 40,
      now: () => ((looks += 1), time),
      onWait: (owner) => void waiting.push(owner),
      onBegin: () => (begun = true),
    });
    await waitFor(() => waiting.length === 1);
    time = expiresAt.getTime() - 1;
    const before = looks;
    await waitFor(() => looks > before + 10);
    expect(begun).toBe(false);
    time = expiresAt.getTime();
    expect(await following).toEqual(['0001-one']);
    expect(waiting).toEqual(['a dead process']);
    expect(await recordOf('0001-one')).toMatchObject({ token: 8 });
  });

  it('one that was taken for dead can save nothing more, and whoever followed it is not disturbed', async () => {
    const stalled = gate();
    const contexts: MigrationContext[] = [];
    const migrations = [
      step('0001-one', async (context) => {
        contexts.push(context);
        if (contexts.length > 1) return context.save('of the second');
        await stalled.opened;
        await context.save('of the first');
      }),
    ];
    const finished = gate();
    // Long enough for the first not to notice by itself in this test: what keeps it out is the token.
    const first = migrate({ connection, migrations, logger, leaseMs: 60_000 });
    await waitFor(() => contexts.length === 1);
    await connection
      .collection('migrations')
      .updateOne({ _id: 'lease' as never }, { $set: { expiresAt: new Date(0) } });
    const second = migrate({
      connection,
      migrations: [
        step('0001-one', async (context) => {
          await migrations[0]?.up(context);
          stalled.open();
          await finished.opened;
        }),
      ],
      logger,
      leaseMs: 60_000,
    });
    await waitFor(async () => (await recordOf('0001-one'))?.checkpoint === 'of the second');
    await expect(contexts[0]?.save('of the first')).rejects.toThrow(/taken over/);
    expect(await recordOf('0001-one')).toMatchObject({ checkpoint: 'of the second', token: 2 });
    finished.open();
    expect(await second).toEqual(['0001-one']);
    expect(await first).toEqual([]);
  });
});

describe('10,000 documents, kill -9 in the middle', () => {
  const DOCUMENTS = 10_000;
  const start = (haltAfterBatch = Number.POSITIVE_INFINITY) => {
    const script = join(__dirname, '../support/migrating-process.ts');
    const own = [script, database.url, '1500', String(haltAfterBatch)];
    const args = ['--conditions=gittix-source', '--import', 'tsx', ...own];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    return { child, ended, out: () => out };
  };

  it('the next run goes on; every document is migrated once, and none of the first run twice', async () => {
    const things = connection.collection<{ _id: number; version: number; by?: number }>('things');
    const stored = Array.from({ length: DOCUMENTS }, (_, n) => ({ _id: n, version: n % 7 }));
    // In parts: each is answered well within a connection's patience, also where the machine is busy.
    for (let n = 0; n < DOCUMENTS; n += 1_000) await things.insertMany(stored.slice(n, n + 1_000));
    // In the worst moment: what it has written last is not in its checkpoint.
    const first = start(3);
    await waitFor(() => first.out() === 'halted\n', { timeoutMs: 60_000 });
    first.child.kill('SIGKILL');
    await first.ended;
    const early = await things.countDocuments({ by: { $exists: true } });
    expect(early).toBe(3 * BATCH);
    expect((await recordOf('0002-shout'))?.checkpoint).toBe(2 * BATCH - 1);

    const second = start();
    await second.ended;
    expect(JSON.parse(second.out())).toEqual(['0002-shout']);
    const all = await things.find().sort({ _id: 1 }).toArray();
    expect(all).toEqual(stored.map((one) => ({ ...one, by: expect.any(Number) })));
    const by = (pid: number | undefined) => all.filter((one) => one.by === pid).length;
    // What the first had done is as it left it.
    expect(by(first.child.pid)).toBe(early);
    expect(by(second.child.pid)).toBe(DOCUMENTS - early);
  }, 120_000);
});

describe('createIndexes', () => {
  const indexes = [{ name: 'by_title', key: { title: 1 } }];
  /** A server that answers as told, one answer a time. */
  const server = (...answers: (Error | undefined)[]) => {
    let asked = 0;
    const createIndexes = () => {
      const error = answers[asked++];
      return error ? Promise.reject(error) : Promise.resolve([]);
    };
    const connection = { collection: () => ({ createIndexes }) } as unknown as Connection;
    return { connection, asked: () => asked };
  };
  const silence = () => new mongo.MongoNetworkTimeoutError('connection 1 timed out');

  it('asks again while the server builds for longer than a connection waits', async () => {
    const { connection, asked } = server(silence(), silence(), undefined);
    await createIndexes({ connection, logger, signal: new AbortController().signal }, 'things', indexes);
    expect(asked()).toBe(3);
  });

  it('stops asking when the process is to stop, and passes on any other failure at once', async () => {
    const stopped = AbortSignal.abort(new Error('stopping'));
    const busy = server(silence(), silence());
    await expect(
      createIndexes({ connection: busy.connection, logger, signal: stopped }, 'things', indexes),
    ).rejects.toThrow('stopping');
    expect(busy.asked()).toBe(1);
    const twice = server(new Error('duplicate title'));
    await expect(
      createIndexes(
        { connection: twice.connection, logger, signal: new AbortController().signal },
        'things',
        indexes,
      ),
    ).rejects.toThrow('duplicate title');
    expect(twice.asked()).toBe(1);
  });
});

describe('backfill', () => {
  const context = (over: Partial<MigrationContext> = {}): MigrationContext => ({
    connection,
    logger,
    signal: new AbortController().signal,
    checkpoint: undefined,
    save: () => Promise.resolve(),
    ...over,
  });
  const shout = (over: Partial<MigrationContext> = {}) =>
    backfill(context(over), {
      collection: 'counters',
      field: 'shout',
      value: ({ title }) => String(title).toUpperCase(),
    });

  it('makes no version step and no event, and disturbs no change that is under way', async () => {
    const counters = counterModel(connection);
    const bus = createMemoryBus();
    const relay = createRelay({ bus, connection, collections: ['counters'], logger });
    const doc = new counters({ title: 'zero' });
    stage(doc);
    await doc.save();
    let decisions = 0;
    await changeAggregate<CounterDocument>({
      relay,
      load: async () => {
        const loaded = await counters.findById(doc.id).orFail();
        await shout();
        return loaded;
      },
      decide: (loaded) => {
        decisions += 1;
        loaded.title = 'one';
        stage(loaded);
        return true;
      },
    });
    await relay.stop();
    const stored = await counters.collection.findOne({ _id: doc._id });
    expect(decisions).toBe(1);
    expect(stored).toMatchObject({ title: 'one', version: 1, shout: 'ZERO' });
    expect(bus.published).toHaveLength(2);
    await bus.close();
  });

  it('computes again for a document that changed between its reading and its writing', async () => {
    const raw = connection.collection<{ _id: number; title: string; version: number }>('counters');
    await raw.insertMany([1, 2, 3].map((_id) => ({ _id, title: 'old', version: 0 })));
    let writes = 0;
    const racing = {
      collection: () => ({
        find: raw.find.bind(raw),
        bulkWrite: async (...args: Parameters<typeof raw.bulkWrite>) => {
          if ((writes += 1) === 1)
            await raw.updateOne({ _id: 2 }, { $set: { title: 'new' }, $inc: { version: 1 } });
          return raw.bulkWrite(...args);
        },
      }),
    } as unknown as Connection;
    await shout({ connection: racing });
    expect(await raw.find().sort({ _id: 1 }).toArray()).toMatchObject([
      { title: 'old', shout: 'OLD' },
      { title: 'new', shout: 'NEW' },
      { title: 'old', shout: 'OLD' },
    ]);
  });

  it('goes on behind its checkpoint, a batch at a time', async () => {
    const raw = connection.collection<{ _id: number; title: string }>('counters');
    await raw.insertMany(Array.from({ length: 25 }, (_, n) => ({ _id: n, title: `n${n}` })));
    const saved: unknown[] = [];
    const save = (checkpoint: unknown) => Promise.resolve(void saved.push(checkpoint));
    const value = ({ title }: { title?: string }) => title?.toUpperCase();
    const options = { collection: 'counters', field: 'shout', size: 10 };
    await backfill(context({ save, checkpoint: 2 }), { ...options, value });
    expect(saved).toEqual([12, 22, 24]);
    expect(await raw.find({ shout: { $exists: false } }).toArray()).toHaveLength(3);
    await backfill(context(), { ...options, value });
    expect(await raw.find({ shout: { $exists: false } }).toArray()).toEqual([]);
    expect(await raw.findOne({ _id: 24 })).toEqual({ _id: 24, title: 'n24', shout: 'N24' });
  });

  it('ends at once when it must stop', async () => {
    await connection.collection('counters').insertOne({ title: 'zero' });
    const signal = AbortSignal.abort(new Error('stopping'));
    await expect(shout({ signal })).rejects.toThrow('stopping');
  });

  it('names a document for which there is no value', async () => {
    const { insertedId } = await connection.collection('counters').insertOne({ title: 'zero' });
    const none = backfill(context(), { collection: 'counters', field: 'shout', value: () => undefined });
    await expect(none).rejects.toThrow(`no value for shout of ${String(insertedId)}`);
  });
});

describe('indexes', () => {
  const unique = step('0001-indexes', (context) =>
    createIndexes(context, 'held', [{ key: { holds: 1 }, unique: true }]),
  );

  it('are made once more when one was lost and the migration is done again', async () => {
    const migrations = [unique, step('0002-two')];
    await migrate({ connection, migrations, logger });
    await connection.collection('held').dropIndexes();
    expect(await migrate({ connection, migrations, logger, again: '0001-indexes' })).toEqual([
      '0001-indexes',
    ]);
    const indexes = await connection.collection('held').listIndexes().toArray();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { holds: 1 }, unique: true }));
  });

  it('fail, by name, where documents have twice what must be unique', async () => {
    await connection.collection('held').insertMany([{ holds: ['a'] }, { holds: ['a'] }]);
    await expect(migrate({ connection, migrations: [unique], logger })).rejects.toThrow(
      /^migration 0001-indexes failed: .*duplicate key/i,
    );
  });
});

describe('a service that starts', () => {
  const lifecycles: Lifecycle[] = [];
  afterEach(() => Promise.all(lifecycles.splice(0).map((lifecycle) => lifecycle.stop('end of the test'))));

  function start(
    mode: 'on-start' | 'wait',
    migrations: Migration[],
    models: [] | [ReturnType<typeof heldModel>] = [],
  ) {
    const lifecycle = new Lifecycle(logger);
    lifecycles.push(lifecycle);
    const health = new Health('test');
    const opened = migrationsAtStart({ connection, migrations, models, mode, logger, health, lifecycle });
    return { lifecycle, opened, missing: () => health.readiness().missing.join('; ') };
  }
  function heldModel() {
    return {
      collection: connection.collection('held'),
      schema: { indexes: (): [object, { unique: boolean }][] => [[{ holds: 1 }, { unique: true }]] },
    } as never;
  }

  it('migrates before it is ready, and says what it does', async () => {
    const { open, opened } = gate();
    const service = start('on-start', [step('0001-one', () => opened)]);
    await waitFor(() => service.missing() === 'migrations: running 0001-one');
    open();
    await service.opened;
    expect(service.missing()).toBe('');
  });

  it('told to wait, does nothing itself and is ready when somebody else has migrated', async () => {
    const migrations = [step('0001-one'), step('0002-two')];
    const service = start('wait', migrations);
    await waitFor(() => service.missing() === 'migrations: pending 0001-one, 0002-two');
    await migrate({ connection, migrations, logger });
    await service.opened;
    expect(service.missing()).toBe('');
  });

  it('lives on without being ready while a migration fails, and is ready when it is mended', async () => {
    let broken = true;
    const service = start('on-start', [
      step('0001-one', () => (broken ? Promise.reject(new Error('no space')) : Promise.resolve())),
    ]);
    await waitFor(() => service.missing() === 'migrations: migration 0001-one failed: no space');
    broken = false;
    await service.opened;
    expect(service.missing()).toBe('');
  });

  it('is not ready without a unique index that it needs, whatever the records say', async () => {
    const service = start('on-start', [step('0001-one')], [heldModel()]);
    await waitFor(() => /unique index \{"holds":1\} of held is missing/.test(service.missing()));
    await connection.collection('held').createIndex({ holds: 1 }, { unique: true });
    await service.opened;
    expect(service.missing()).toBe('');
  });

  it('told to stop in the middle, saves no more and gives the lease back', async () => {
    let began = false;
    const migrations = [
      step('0001-one', async ({ save, signal }) => {
        began = true;
        await waitFor(() => signal.aborted);
        await save('too late');
      }),
    ];
    const service = start('on-start', migrations);
    await waitFor(() => began);
    await Promise.all([service.lifecycle.stop('SIGTERM'), expect(service.opened).rejects.toThrow()]);
    expect(await recordOf('0001-one')).not.toHaveProperty('checkpoint');
    expect(await migrate({ connection, migrations: [step('0001-one')], logger })).toEqual(['0001-one']);
  });
});

describe('migrate, the command', () => {
  const run = async (line: string, migrations: Migration[]) => {
    const written = { out: '', said: '' };
    const output = {
      out: (text: string) => void (written.out += `${text}\n`),
      say: (text: string) => void (written.said += `${text}\n`),
    };
    const command = migrateCommand({
      service: 'orders',
      migrations,
      open: () => Promise.resolve(connection),
      logger,
    });
    const args = line.split(' ');
    return { code: await runCommandLine('orders', [command], args, output), ...written };
  };

  it('migrates, and tells what it did', async () => {
    const migrations = [step('0001-one'), step('0002-two')];
    expect(await run('migrate', migrations)).toEqual({
      code: 0,
      out: expect.stringMatching(/^0001-one: done in \d+\.\d s\n0002-two: done in \d+\.\d s\n$/),
      said: '0001-one …\n0002-two …\n',
    });
    expect((await run('migrate', migrations)).out).toBe('orders: nothing is pending.\n');
    expect((await run('migrate --again 0001-one', migrations)).out).toMatch(/^0001-one: done in/);
  });

  it('lists what is done, pending, failed, and of a newer release', async () => {
    await migrate({ connection, migrations: [step('0001-one')], logger });
    await connection
      .collection('migrations')
      .insertOne({ _id: '0009-newer' as never, startedAt: new Date(), finishedAt: new Date() });
    const migrations = [
      step('0001-one'),
      step('0002-two', () => Promise.reject(new Error('no space'))),
      step('0003-three'),
    ];
    const failed = await run('migrate', migrations);
    expect(failed.code).toBe(1);
    expect(failed.said).toMatch(/migration 0002-two failed: no space\nWhat it did is kept/);
    const { code, out } = await run('migrate --list', migrations);
    expect(code).toBe(0);
    const rows = out
      .trim()
      .split('\n')
      .map((row) => row.split(/ {2,}/).map((cell) => cell.replace(/\d{4}-\S+Z/, 'AT')));
    expect(rows).toEqual([
      ['ID', 'STATE', 'WHAT'],
      ['0001-one', 'done AT', 'What 0001-one does'],
      ['0002-two', 'failed AT: migration 0002-two failed: no space', 'What 0002-two does'],
      ['0003-three', 'pending', 'What 0003-three does'],
      ['0009-newer', 'done AT', 'of a newer release'],
    ]);
  });

  it.each(['migrate now', 'migrate --list --again 0001-one', 'migrate --loud'])(
    '%j is refused',
    async (line) => {
      expect((await run(line, [])).code).toBe(2);
    },
  );

  it('knows no migration of another name', async () => {
    const { code, said } = await run('migrate --again 0001-two', [step('0001-one')]);
    expect([code, said]).toEqual([1, 'orders has no migration 0001-two; --list shows them.\n']);
  });
});
