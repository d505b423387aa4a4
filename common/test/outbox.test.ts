import type { Connection } from 'mongoose';
import { createMemoryBus, type MemoryBus } from '../src/bus';
import { changeAggregate, createRelay, saveAggregate, type Relay } from '../src/outbox';
import { newId, silentLogger, testDatabase, waitFor } from '../src/testing';
import { counterModel, stage, type CounterDocument } from './support/counter';

let connection: Connection;
let closeDatabase: () => Promise<void>;
let counters: ReturnType<typeof counterModel>;
let bus: MemoryBus;
let relay: Relay;

beforeAll(async () => {
  ({ connection, close: closeDatabase } = await testDatabase());
  counters = counterModel(connection);
  await counters.createIndexes();
});
afterAll(() => closeDatabase());
beforeEach(async () => {
  await counters.deleteMany({});
  bus = createMemoryBus();
  relay = newRelay();
});
afterEach(async () => {
  await relay.stop();
  await bus.close();
});

const newRelay = (options: { sweepEveryMs?: number; sweepAfterMs?: number } = {}) =>
  createRelay({
    bus,
    connection,
    collections: ['counters'],
    logger: silentLogger,
    sweepEveryMs: 20,
    sweepAfterMs: 60_000,
    ...options,
  });
const deaf: Relay = { kick: () => undefined, idle: () => Promise.resolve(), stop: () => Promise.resolve() };

const newCounter = async (via: Relay = relay, at = new Date()) => {
  const doc = new counters({ title: 'zero' });
  stage(doc, at);
  await saveAggregate(via, doc);
  return doc;
};
const rename = (id: string, title: string, via: Relay = relay) =>
  changeAggregate<CounterDocument>({
    relay: via,
    load: async () => {
      const doc = await counters.findById(id);
      if (!doc) throw new Error('gone');
      return doc;
    },
    decide: (doc) => {
      if (doc.title === title) return false;
      doc.title = title;
      stage(doc);
      return true;
    },
  });
const outboxOf = async (id: string) => (await counters.findById(id))?.outbox.map((entry) => entry._id);
const publishedIds = () => bus.published.map((event) => event.id);

describe('an aggregate', () => {
  it('commits state, version step and event in one write', async () => {
    const { id } = await newCounter(deaf);
    await rename(id, 'one', deaf);
    const stored = await counters.findById(id);
    expect([stored?.version, stored?.title]).toEqual([1, 'one']);
    expect(stored?.outbox.map((entry) => entry._id)).toEqual([`ticket.${id}.0`, `ticket.${id}.1`]);
    expect(stored?.last).toMatchObject({ id: `ticket.${id}.1`, data: { version: 1, title: 'one' } });
  });

  it('refuses a save without its event, or with two', async () => {
    await expect(new counters({ title: 'silent' }).save()).rejects.toThrow(
      'exactly one event, 0 were staged',
    );
    const doc = new counters({ title: 'twice' });
    stage(doc);
    stage(doc);
    await expect(doc.save()).rejects.toThrow('exactly one event, 2 were staged');
    expect(await counters.countDocuments()).toBe(0);
  });

  it('does not bring published entries back when a document loaded before is saved', async () => {
    const { id } = await newCounter(deaf);
    const early = await counters.findById(id);
    relay.kick('counters', early?._id);
    await relay.idle();
    expect(await outboxOf(id)).toEqual([]);
    if (!early) throw new Error('gone');
    early.title = 'one';
    stage(early);
    await saveAggregate(deaf, early);
    expect(await outboxOf(id)).toEqual([`ticket.${id}.1`]);
  });
});

describe('changeAggregate', () => {
  it('decides again after a version conflict, so that no change is lost', async () => {
    const { id } = await newCounter();
    let interfered = false;
    const { doc } = await changeAggregate<CounterDocument>({
      relay,
      load: async () => {
        const loaded = await counters.findById(id).orFail();
        if (!interfered) {
          interfered = true;
          await rename(id, 'meanwhile');
        }
        return loaded;
      },
      decide: (loaded) => {
        loaded.title = `${loaded.title}, then mine`;
        stage(loaded);
        return true;
      },
    });
    expect([doc.version, doc.title]).toEqual([2, 'meanwhile, then mine']);
  });

  it('gives up with 503 write_conflict after 8 tries', async () => {
    const { id } = await newCounter();
    let loads = 0;
    const everLosing = changeAggregate<CounterDocument>({
      relay,
      load: async () => {
        const loaded = await counters.findById(id).orFail();
        await rename(id, `other ${(loads += 1)}`);
        return loaded;
      },
      decide: (loaded) => {
        loaded.title = 'mine';
        stage(loaded);
        return true;
      },
    });
    await expect(everLosing).rejects.toMatchObject({ code: 'write_conflict', status: 503 });
    expect(loads).toBe(8);
  });

  it('saves nothing and publishes nothing when there is nothing to do', async () => {
    const { id } = await newCounter();
    const { changed, doc } = await rename(id, 'zero');
    expect([changed, doc.version]).toEqual([false, 0]);
  });
});

describe('the relay', () => {
  it('publishes in order and takes an entry out only after the broker has it', async () => {
    const { id } = await newCounter(deaf);
    for (const title of ['one', 'two', 'three']) await rename(id, title, deaf);
    const publish = bus.publish.bind(bus);
    const stillThere: boolean[] = [];
    jest.spyOn(bus, 'publish').mockImplementation(async (event) => {
      await publish(event);
      stillThere.push((await outboxOf(id))?.includes(event.id) ?? false);
    });
    relay.kick('counters', (await counters.findById(id))?._id);
    await relay.idle();
    expect(publishedIds()).toEqual([0, 1, 2, 3].map((version) => `ticket.${id}.${version}`));
    expect(stillThere).toEqual([true, true, true, true]);
    expect(await outboxOf(id)).toEqual([]);
  });

  it('keeps what the bus refuses, in order, and the sweeper publishes it later', async () => {
    await relay.stop();
    relay = newRelay({ sweepAfterMs: 50 });
    bus.down = true;
    const { id } = await newCounter();
    await rename(id, 'one');
    await relay.idle();
    expect(await outboxOf(id)).toHaveLength(2);
    bus.down = false;
    await waitFor(() => bus.published.length === 2);
    expect(publishedIds()).toEqual([`ticket.${id}.0`, `ticket.${id}.1`]);
    await waitFor(async () => (await outboxOf(id))?.length === 0);
  });

  it('publishes what a crash between commit and publish left, but not before its time', async () => {
    const fresh = await newCounter(deaf);
    const old = await newCounter(deaf, new Date(Date.now() - 61_000));
    await waitFor(() => publishedIds().includes(`ticket.${old.id}.0`));
    expect(publishedIds()).not.toContain(`ticket.${fresh.id}.0`);
  });

  it('shares one document with another relay without harm', async () => {
    const other = newRelay();
    const { id, _id } = await newCounter(deaf);
    for (const title of ['one', 'two']) await rename(id, title, deaf);
    for (const each of [relay, other, relay, other]) each.kick('counters', _id);
    await Promise.all([relay.idle(), other.idle()]);
    await other.stop();
    expect(publishedIds()).toEqual([0, 1, 2].map((version) => `ticket.${id}.${version}`));
    expect(await outboxOf(id)).toEqual([]);
  });

  it('leaves the rest to the next start when it stops without a bus', async () => {
    const docs = await Promise.all(Array.from({ length: 5 }, () => newCounter(deaf)));
    bus.down = true;
    for (const { _id } of docs) relay.kick('counters', _id);
    await relay.stop();
    for (const { id } of docs) expect(await outboxOf(id)).toHaveLength(1);
  });

  it('ignores a document that is gone', async () => {
    relay.kick('counters', newId());
    await relay.idle();
    expect(bus.published).toEqual([]);
  });
});
