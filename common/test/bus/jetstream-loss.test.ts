import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { connectJetStream, MemoryDeadLetters } from '../../src/bus';
import { isInfrastructureError } from '../../src/errors';
import { silentLogger, waitFor } from '../../src/testing';
import { orderCreated, times } from './events-for-tests';
import { jetStreamUnderTest, type JetStreamUnderTest } from './jetstream-under-test';
import { PrivateNats } from './private-nats';
import { publishForSure } from './publish-for-sure';
import { Recorder } from './recorder';

const types = ['OrderCreated' as const];
const everything = new Date(0);

describe('JetStream, when the broker is lost:', () => {
  jest.setTimeout(60_000);
  let nats: PrivateNats;
  let broker: JetStreamUnderTest;
  let births: Date[];

  beforeEach(async () => {
    births = [];
    nats = await PrivateNats.create();
    await nats.start();
    broker = jetStreamUnderTest(nats.url, {
      onStreamCreated: (created) => void births.push(created),
      streamCheckMs: 500,
      publishTimeoutMs: 2_000,
    });
  });
  afterEach(async () => {
    await broker.close();
    await nats.remove();
  });

  it('killed with its data kept: subscriptions and replays go on, nothing stored is lost', async () => {
    // What the dead broker had on its way to us comes again after this time.
    const bus = await broker.connect({ ackWaitMs: 2_000 });
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const seen: string[] = [];
    const replay = await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) });
    await replay.caughtUp;
    const before = times(40, () => orderCreated());
    await Promise.all(before.map((event) => bus.publish(event)));
    await nats.kill();
    await waitFor(() => !bus.status().connected);
    await nats.start();
    const after = times(10, () => orderCreated());
    for (const event of after) await publishForSure(bus, event);
    await recorder.got([...before, ...after]);
    await waitFor(() => [...before, ...after].every(({ id }) => seen.includes(id)));
    expect(seen).toHaveLength(50);
    expect(births).toHaveLength(1);
  });

  it('killed with its data gone: stream and consumers are made again, and the owner is told', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const seen: string[] = [];
    await (await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) })).caughtUp;
    const before = orderCreated();
    await bus.publish(before);
    await recorder.got([before]);
    await nats.kill();
    await nats.wipe();
    await nats.start();
    // The same ids are new to a new stream: what the owner publishes again arrives.
    const after = [before, ...times(10, () => orderCreated())];
    for (const event of after) await publishForSure(bus, event);
    await recorder.got(after);
    await waitFor(() => after.every(({ id }) => seen.filter((other) => other === id).length > 0));
    await waitFor(() => seen.filter((id) => id === before.id).length === 2);
    await waitFor(() => births.length === 2);
    expect(births[1]?.getTime()).toBeGreaterThan(births[0]?.getTime() ?? 0);
  });

  it('a publish while it is down rejects as an infrastructure failure, soon, and succeeds after the restart', async () => {
    const bus = await broker.connect();
    await nats.kill();
    const event = orderCreated();
    const since = Date.now();
    const error: unknown = await bus.publish(event).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isInfrastructureError(error)).toBe(true);
    expect(Date.now() - since).toBeLessThan(10_000);
    await nats.start();
    await publishForSure(bus, event);
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await recorder.got([event]);
  });

  it('a paused broker: publish rejects in bounded time, and what was asked again is stored once', async () => {
    const bus = await broker.connect();
    const event = orderCreated();
    await nats.pause();
    await expect(bus.publish(event)).rejects.toMatchObject({ name: 'BusUnavailableError' });
    nats.resume();
    await publishForSure(bus, event);
    const last = orderCreated();
    await publishForSure(bus, last);
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await recorder.got([event, last]);
    expect(recorder.ids).toEqual([event.id, last.id]);
  });

  it('a handler that runs through the restart is not run beside itself, and its message ends', async () => {
    const bus = await broker.connect({ ackWaitMs: 1_000 });
    const recorder = new Recorder();
    recorder.hold();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    await bus.publish(event);
    await waitFor(() => recorder.running === 1);
    await nats.kill();
    await nats.start();
    await waitFor(() => bus.status().connected);
    const last = orderCreated();
    await publishForSure(bus, last);
    await waitFor(() => recorder.running === 2);
    expect(recorder.mostRunning).toBe(2);
    recorder.release();
    await recorder.got([event, last]);
    await drained(nats.url, broker.stream, 'payments-OrderCreated');
  });

  it('closing while it is down does not hang', async () => {
    const bus = await broker.connect();
    await bus.subscribe({ group: 'payments', types, handle: new Recorder().handle });
    await bus.replay({ types, since: everything, on: () => {} });
    await nats.kill();
    await waitFor(() => !bus.status().connected);
    const since = Date.now();
    await bus.close();
    expect(Date.now() - since).toBeLessThan(10_000);
  });

  it('booted before the broker: waits for it, and can be told to give up', async () => {
    await nats.kill();
    const { stream, subjectPrefix } = broker;
    const giveUp = new AbortController();
    const settings = { url: nats.url, name: 'test', logger: silentLogger, stream, subjectPrefix };
    const deadLetters = new MemoryDeadLetters();
    const tired = connectJetStream({ ...settings, deadLetters, signal: giveUp.signal });
    const patient = connectJetStream({ ...settings, deadLetters });
    giveUp.abort();
    await expect(tired).rejects.toMatchObject({ name: 'AbortError' });
    await nats.start();
    const bus = await patient;
    await bus.publish(orderCreated());
    await bus.close();
  });
});

describe('JetStream, when stream or consumers are deleted under it:', () => {
  let nats: PrivateNats;
  let broker: JetStreamUnderTest;
  let nc: NatsConnection;
  let jsm: JetStreamManager;

  beforeAll(async () => {
    nats = await PrivateNats.create();
    await nats.start();
    nc = await connect({ servers: nats.url });
    jsm = await jetstreamManager(nc);
  });
  afterAll(async () => {
    await nc.close();
    await nats.remove();
  });
  beforeEach(() => {
    broker = jetStreamUnderTest(nats.url);
  });
  afterEach(() => broker.close());

  it('a deleted stream is made again by the publish that misses it; subscription and replay go on', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const seen: string[] = [];
    await (await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) })).caughtUp;
    await jsm.streams.delete(broker.stream);
    const event = orderCreated();
    await bus.publish(event);
    await recorder.got([event]);
    await waitFor(() => seen.includes(event.id));
  });

  it('a deleted stream is made again by the pull alone', async () => {
    const bus = await broker.connect();
    await bus.subscribe({ group: 'payments', types, handle: new Recorder().handle });
    await jsm.streams.delete(broker.stream);
    await waitFor(() => jsm.consumers.info(broker.stream, 'payments-OrderCreated'));
  });

  it('a deleted durable is made again', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await jsm.consumers.delete(broker.stream, 'payments-OrderCreated');
    const event = orderCreated();
    await bus.publish(event);
    await recorder.got([event]);
  });

  it('what comes while the process stands still is handled when it goes on, not after the acknowledgement time', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    const stored = bus.publish(event);
    // Lets the client write it out, and reads nothing any more.
    await new Promise((resolve) => process.nextTick(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_200);
    expect(recorder.events).toEqual([]);
    await stored;
    await recorder.got([event], 10_000);
  });

  it('stream and durable are as designed, and those of an older release are brought up to date', async () => {
    await jsm.streams.add({ name: broker.stream, subjects: [`${broker.stream}.old`], max_age: 1e12 });
    const bus = await broker.connect();
    await bus.subscribe({ group: 'payments', types, handle: new Recorder().handle });
    await bus.close();
    const again = await broker.connect({ ackWaitMs: 45_000 });
    await again.subscribe({ group: 'payments', types, handle: new Recorder().handle });
    const { config: stream } = await jsm.streams.info(broker.stream);
    expect(stream).toMatchObject({
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      max_age: 14 * 24 * 3600 * 1e9,
      duplicate_window: 600 * 1e9,
    });
    const { config: durable } = await jsm.consumers.info(broker.stream, 'payments-OrderCreated');
    expect(durable).toMatchObject({
      ack_policy: 'explicit',
      deliver_policy: 'all',
      ack_wait: 45 * 1e9,
      max_deliver: -1,
      max_ack_pending: 256,
      filter_subject: expect.stringMatching(/\.order\.OrderCreated$/) as unknown,
    });
  });
});

/** Resolves when a durable has nothing left: delivered, and acknowledged. */
async function drained(url: string, stream: string, durable: string): Promise<void> {
  const nc = await connect({ servers: url });
  const jsm = await jetstreamManager(nc);
  await waitFor(async () => {
    const { num_pending: pending, num_ack_pending: unacknowledged } = await jsm.consumers.info(
      stream,
      durable,
    );
    return pending === 0 && unacknowledged === 0;
  });
  await nc.close();
}
