import { randomInt } from 'node:crypto';
import { createMemoryBus, MemoryBroker } from '../../src/bus';
import { isInfrastructureError, PermanentError } from '../../src/errors';
import { newId } from '../../src/testing';
import { orderCreated, times } from './events-for-tests';
import { Recorder } from './recorder';

const types = ['OrderCreated' as const];
const seed = randomInt(2 ** 31);

/** Publishes 40 events on a bus with this seed and tells in which order a handler got them. */
async function deliveries(ofSeed: number): Promise<number[]> {
  const bus = createMemoryBus({ seed: ofSeed });
  const recorder = new Recorder();
  await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
  const subject = newId();
  for (let version = 0; version < 40; version += 1) await bus.publish(orderCreated(subject, version));
  await bus.settled();
  return recorder.ids.map((id) => Number(id.split('.')[2]));
}

describe(`the in-memory bus with a seed (this time ${seed})`, () => {
  it('delivers everything at least once, some twice, and not in order', async () => {
    const order = await deliveries(seed);
    expect(new Set(order).size).toBe(40);
    expect(order.length).toBeGreaterThan(40);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('does the same for the same seed, and something else for another', async () => {
    expect(await deliveries(seed)).toEqual(await deliveries(seed));
    expect(await deliveries(seed)).not.toEqual(await deliveries(seed + 1));
  });

  it('delivers nothing before the test lets time pass', async () => {
    const bus = createMemoryBus({ seed });
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    await bus.publish(event);
    await new Promise(setImmediate);
    expect(recorder.ids).toEqual([]);
    for (let ticks = 0; ticks < 6; ticks += 1) await bus.tick();
    expect(recorder.ids).toContain(event.id);
  });

  it('retries on a later tick, and settles only when the handler has succeeded', async () => {
    const bus = createMemoryBus({ seed });
    const recorder = new Recorder((_event, call) => {
      if (call <= 5) throw new Error('not yet');
    });
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    await bus.publish(event);
    await bus.settled();
    expect(recorder.ids).toContain(event.id);
    expect(bus.deadLetters.letters).toEqual([]);
  });

  it('says which seed it was when it never settles', async () => {
    const bus = createMemoryBus({ seed });
    const unreachable = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    await bus.subscribe({ group: 'payments', types, handle: () => Promise.reject(unreachable) });
    await bus.publish(orderCreated());
    await expect(bus.broker.settled(50)).rejects.toThrow(`seed ${seed}`);
  });

  it('shares among replicas and replays to each', async () => {
    const broker = new MemoryBroker({ seed });
    const [one, two] = [createMemoryBus({ broker }), createMemoryBus({ broker })];
    const recorders = [new Recorder(), new Recorder()];
    const seen: string[][] = [[], []];
    for (const [n, bus] of [one, two].entries()) {
      await bus.subscribe({ group: 'payments', types, handle: recorders[n]?.handle ?? fail });
      await bus.replay({ types, since: new Date(0), on: ({ id }) => seen[n]?.push(id) });
    }
    const events = times(40, () => orderCreated());
    for (const event of events) await one.publish(event);
    await broker.settled();
    const ids = events.map(({ id }) => id).sort();
    expect([...new Set(recorders.flatMap((recorder) => recorder.ids))].sort()).toEqual(ids);
    expect(recorders.every((recorder) => recorder.events.length > 0)).toBe(true);
    for (const replayed of seen) expect([...new Set(replayed)].sort()).toEqual(ids);
  });
});

describe('the in-memory bus of service tests', () => {
  it('delivers in order, and settled() waits for handlers, their events and their retries', async () => {
    const bus = createMemoryBus();
    const next = orderCreated();
    const recorder = new Recorder(async (event, call) => {
      if (call === 1) throw new Error('not yet');
      if (event.id === first.id) await bus.publish(next);
    });
    const first = orderCreated();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await bus.publish(first);
    await bus.settled();
    expect(recorder.ids).toEqual([first.id, next.id]);
    expect(bus.published).toEqual([first, next]);
  });

  it('can be down: publishing rejects as an infrastructure failure and stores nothing', async () => {
    const bus = createMemoryBus();
    bus.down = true;
    const error: unknown = await bus.publish(orderCreated()).catch((reason: unknown) => reason);
    expect(isInfrastructureError(error)).toBe(true);
    expect([bus.status().connected, bus.published]).toEqual([false, []]);
    bus.down = false;
    const event = orderCreated();
    await bus.publish(event);
    expect([bus.status().connected, bus.published]).toEqual([true, [event]]);
  });

  it("keeps what is published as bytes: a handler that changes its event changes nobody else's", async () => {
    const bus = createMemoryBus();
    const recorder = new Recorder();
    const vandal = (event: { subject: string }) => {
      event.subject = 'changed';
      return Promise.resolve();
    };
    await bus.subscribe({ group: 'orders', types, handle: vandal });
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    await bus.publish(event);
    await bus.settled();
    expect(recorder.events).toEqual([event]);
  });

  it('puts poison on a subject, and tells the dead letter', async () => {
    const bus = createMemoryBus();
    await bus.subscribe({
      group: 'payments',
      types,
      handle: () => Promise.reject(new PermanentError('never')),
    });
    bus.publishRaw('gittix.order.OrderCreated', Uint8Array.of(1, 2, 3));
    await bus.settled();
    expect(bus.deadLetters.letters).toMatchObject([
      { group: 'payments', subject: 'gittix.order.OrderCreated' },
    ]);
  });
});

const fail = () => Promise.reject(new Error('no such replica'));
