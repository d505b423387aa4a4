import type { EventType } from '../../src/events';
import { waitFor } from '../../src/testing';
import { StanSession } from '../../src/bus/stan-session';
import { StanTalk } from '../../src/bus/stan-talk';
import { orderCancelled, orderCreated, times } from './events-for-tests';
import { CLUSTER_ID, FIND_MS, PrivateStan } from './private-stan';
import { Recorder } from './recorder';
import { stanUnderTest, type StanUnderTest } from './stan-under-test';

const types = ['OrderCreated' as const];
const ackWaitMs = 1_000;

let server: PrivateStan;
let broker: StanUnderTest;
beforeAll(async () => {
  server = await PrivateStan.create();
  await server.start();
}, FIND_MS);
afterAll(() => server.remove());
beforeEach(() => {
  broker = stanUnderTest(server.url, { ackWaitMs });
});
const recorders: Recorder[] = [];
afterEach(() => {
  for (const recorder of recorders.splice(0)) recorder.release();
  return broker.close();
});

/** A replica, and what it handled. */
async function replica(wanted: EventType[] = types, concurrency = 16) {
  const bus = await broker.connect();
  const recorder = new Recorder();
  recorders.push(recorder);
  await bus.subscribe({ group: 'payments', types: wanted, handle: recorder.handle, concurrency });
  return { bus, recorder };
}

/** The broker gave everything again by now that it thinks nobody acknowledged. */
async function severalAckWaits(): Promise<void> {
  const since = Date.now();
  await waitFor(() => Date.now() - since > 2.5 * ackWaitMs);
}

describe('NATS Streaming, several replicas:', () => {
  it('a release that wants one more type gets all of it, though the old one reads the same channel', async () => {
    const old = await replica(types);
    const early = times(5, () => orderCancelled());
    for (const event of [...early, orderCreated()]) await old.bus.publish(event);
    await waitFor(() => old.recorder.events.length === 1);
    const fresh = await replica(['OrderCreated', 'OrderCancelled']);
    const late = times(20, () => orderCancelled());
    for (const event of late) await old.bus.publish(event);
    await fresh.recorder.got([...early, ...late]);
    expect(old.recorder.events.map(({ type }) => type)).toEqual(['OrderCreated']);
  });

  it('what a busy replica has not begun goes to a free one', async () => {
    const busy = await replica(types, 1);
    busy.recorder.hold();
    const events = times(10, () => orderCreated());
    for (const event of events) await busy.bus.publish(event);
    await waitFor(() => busy.recorder.running === 1);
    const free = await replica();
    // The server gives to whoever has the fewest; when both have one left, either may have the last.
    await waitFor(() => free.recorder.events.length >= 8);
    expect(busy.recorder.events).toEqual([]);
    busy.recorder.release();
    await waitFor(() => busy.recorder.events.length + free.recorder.events.length >= 10);
    await severalAckWaits();
    expect([...busy.recorder.ids, ...free.recorder.ids].sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('what a dead replica was given goes to a living one', async () => {
    // Takes its share, and neither acknowledges nor answers.
    const dead = await StanSession.open({
      url: server.url,
      clusterId: CLUSTER_ID,
      clientId: 'dead',
      publishTimeoutMs: 1_000,
    });
    let given = 0;
    await dead.subscribe({
      channel: `${broker.subjectPrefix}.order`,
      group: 'payments-OrderCreated',
      options: (defaults) => defaults.setDeliverAllAvailable().setAckWait(ackWaitMs),
      onMessage: () => {
        given += 1;
      },
    });
    const living = await replica();
    const events = times(10, () => orderCreated());
    for (const event of events) await living.bus.publish(event);
    await living.recorder.got(events);
    expect(given).toBeGreaterThan(0);
    expect(living.recorder.events).toHaveLength(10);
    await dead.close();
  });

  it('a handler that ends after its replica had left the group is not run again by another', async () => {
    const leaving = await replica();
    leaving.recorder.hold();
    const event = orderCreated();
    await leaving.bus.publish(event);
    await waitFor(() => leaving.recorder.running === 1);
    const closed = leaving.bus.close();
    const staying = await replica();
    await severalAckWaits();
    leaving.recorder.release();
    await closed;
    expect(leaving.recorder.ids).toEqual([event.id]);
    await severalAckWaits();
    expect(staying.recorder.ids).toEqual([]);
  });

  it('a running handler is not run beside itself by a replica that stands still between its question and the answer', async () => {
    const { say } = StanTalk.prototype;
    let asked = 0;
    const saying = jest.spyOn(StanTalk.prototype, 'say').mockImplementation(function (
      this: StanTalk,
      ...words
    ) {
      say.apply(this, words);
      if (words[0] !== 'ask') return;
      asked += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
    });
    const replicas = [await replica(), await replica()];
    for (const { recorder } of replicas) recorder.hold();
    const event = orderCreated();
    await replicas[0]?.bus.publish(event);
    await waitFor(() => asked > 0);
    await severalAckWaits();
    const running = replicas.map(({ recorder }) => recorder.running);
    expect(running.sort()).toEqual([0, 1]);
    saying.mockRestore();
  });

  it('a message that fails again and again is held by one replica, and others flow past it', async () => {
    const bad = orderCreated();
    const attempts: number[] = [];
    const buses = await Promise.all([broker.connect(), broker.connect()]);
    const both = buses.map(
      (_bus, n) =>
        new Recorder(({ id }) => {
          if (id !== bad.id) return;
          attempts.push(n);
          throw Object.assign(new Error('no database'), { code: 'ECONNREFUSED' });
        }),
    );
    for (const [n, bus] of buses.entries()) {
      const { handle } = both[n] ?? new Recorder();
      await bus.subscribe({ group: 'payments', types, handle, concurrency: 1 });
    }
    await buses[0]?.publish(bad);
    await waitFor(() => attempts.length > 0);
    const others = times(50, () => orderCreated());
    for (const event of others) await buses[0]?.publish(event);
    await waitFor(() => both.flatMap(({ ids }) => ids).length === 50);
    await waitFor(() => attempts.length >= 6, { timeoutMs: 30_000 });
    expect(new Set(attempts).size).toBe(1);
  });
});
