import { connectNatsStreaming, MemoryDeadLetters } from '../../src/bus';
import { isInfrastructureError } from '../../src/errors';
import { createLogger } from '../../src/logging';
import { silentLogger, waitFor } from '../../src/testing';
import { orderCreated, ticketCreated, times } from './events-for-tests';
import { CLUSTER_ID, FIND_MS, PrivateStan } from './private-stan';
import { publishForSure } from './publish-for-sure';
import { Recorder } from './recorder';
import { stanUnderTest, type StanUnderTest } from './stan-under-test';

const types = ['OrderCreated' as const];
const everything = new Date(0);

describe('NATS Streaming, when the broker is lost:', () => {
  jest.setTimeout(60_000);
  let server: PrivateStan;
  let broker: StanUnderTest;
  let births: Date[];

  beforeEach(async () => {
    server = await PrivateStan.create();
    await server.start();
    births = [];
    broker = stanUnderTest(server.url, {
      publishTimeoutMs: 2_000,
      onStreamCreated: (created) => void births.push(created),
    });
  }, FIND_MS);
  afterEach(async () => {
    await broker.close();
    await server.remove();
  });

  it('killed with its data kept: subscriptions and replays go on, nothing stored is lost', async () => {
    const bus = await broker.connect();
    await waitFor(() => births.length === 1);
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const seen: string[] = [];
    const replay = await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) });
    await replay.caughtUp;
    const before = times(40, () => orderCreated());
    await Promise.all(before.map((event) => bus.publish(event)));
    await server.kill();
    await waitFor(() => !bus.status().connected);
    await server.start();
    const after = times(10, () => orderCreated());
    for (const event of after) await publishForSure(bus, event);
    await recorder.got([...before, ...after]);
    await waitFor(() => [...before, ...after].every(({ id }) => seen.includes(id)));
    expect(new Set(seen).size).toBe(50);
    expect(seen).toHaveLength(50);
    // A process that comes now still finds the store of before.
    await broker.connect();
    await waitFor(() => births.length === 2);
    expect(births[1]).toEqual(births[0]);
  });

  it('killed in the middle of a backlog: every message is handled, by one of the replicas', async () => {
    const replicas = await Promise.all([broker.connect(), broker.connect()]);
    const recorder = new Recorder(() => new Promise((resolve) => setTimeout(resolve, 20)));
    const events = times(200, () => orderCreated());
    await Promise.all(events.map((event) => replicas[0]?.publish(event)));
    for (const bus of replicas) {
      await bus.subscribe({ group: 'payments', types, handle: recorder.handle, concurrency: 2 });
    }
    await waitFor(() => recorder.events.length > 20);
    await server.kill();
    await server.start();
    await recorder.got(events, 30_000);
  });

  it('killed with its data gone: durables and replays begin again on the new store, and the owner is told', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const seen: string[] = [];
    await (await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) })).caughtUp;
    const before = orderCreated();
    await bus.publish(before);
    await recorder.got([before]);
    await waitFor(() => births.length === 1);
    await server.kill();
    await server.wipe();
    await server.start();
    // What the owner publishes again arrives, though its place in the channel was another message's before.
    const after = [before, ...times(10, () => orderCreated())];
    for (const event of after) await publishForSure(bus, event);
    await recorder.got(after);
    await waitFor(() => after.every(({ id }) => seen.includes(id)));
    await waitFor(() => seen.filter((id) => id === before.id).length === 2);
    await waitFor(() => recorder.ids.filter((id) => id === before.id).length === 2);
    await waitFor(() => births.length === 2);
    expect(births[1]?.getTime()).toBeGreaterThan(births[0]?.getTime() ?? 0);
  });

  it('lost while a replay reads the past: it still catches up, with everything once', async () => {
    const bus = await broker.connect();
    const orders = times(300, () => orderCreated());
    const tickets = times(300, () => ticketCreated());
    await Promise.all([...orders, ...tickets].map((event) => bus.publish(event)));
    const seen: string[] = [];
    let killed: { done: Promise<void> } | undefined;
    const replay = await bus.replay({
      types: ['OrderCreated', 'TicketCreated'],
      since: everything,
      on: ({ id }) => {
        seen.push(id);
        if (seen.length === 100) killed = { done: server.kill() };
      },
    });
    await (await waitFor(() => killed)).done;
    await server.start();
    await replay.caughtUp;
    expect([...seen].sort()).toEqual([...orders, ...tickets].map(({ id }) => id).sort());
  });

  it('a publish while it is down rejects as an infrastructure failure, soon, and succeeds after the restart', async () => {
    const bus = await broker.connect();
    await server.kill();
    const event = orderCreated();
    const since = Date.now();
    const error: unknown = await bus.publish(event).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isInfrastructureError(error)).toBe(true);
    expect(Date.now() - since).toBeLessThan(10_000);
    await server.start();
    await publishForSure(bus, event);
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await recorder.got([event]);
  });

  it('a paused broker: publish rejects in bounded time, and what was asked again is stored', async () => {
    const bus = await broker.connect();
    const event = orderCreated();
    await server.pause();
    await expect(bus.publish(event)).rejects.toMatchObject({ name: 'BusUnavailableError' });
    server.resume();
    await publishForSure(bus, event);
    const last = orderCreated();
    await publishForSure(bus, last);
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await recorder.got([event, last]);
  });

  it('a broker that is paused for long is told as not connected, and taken again', async () => {
    const bus = await broker.connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    await server.pause();
    await waitFor(() => !bus.status().connected, { timeoutMs: 20_000 });
    server.resume();
    const event = orderCreated();
    await publishForSure(bus, event);
    await recorder.got([event]);
  });

  it('a handler that runs through the restart is not run beside itself, and its message ends', async () => {
    const ackWaitMs = 1_000;
    const bus = await broker.connect({ ackWaitMs });
    const recorder = new Recorder();
    recorder.hold();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const event = orderCreated();
    await bus.publish(event);
    await waitFor(() => recorder.running === 1);
    await server.kill();
    await waitFor(() => !bus.status().connected);
    await server.start();
    await waitFor(() => bus.status().connected);
    const last = orderCreated();
    await publishForSure(bus, last);
    await waitFor(() => recorder.running === 2);
    recorder.release();
    await recorder.got([event, last]);
    const since = Date.now();
    await waitFor(() => Date.now() - since > 2.5 * ackWaitMs);
    expect(recorder.mostRunning).toBe(2);
    expect([...recorder.ids].sort()).toEqual([event.id, last.id].sort());
  });

  it('closing while it is down does not hang', async () => {
    const bus = await broker.connect();
    await bus.subscribe({ group: 'payments', types, handle: new Recorder().handle });
    await bus.replay({ types, since: everything, on: () => {} });
    await server.kill();
    await waitFor(() => !bus.status().connected);
    const since = Date.now();
    await bus.close();
    expect(Date.now() - since).toBeLessThan(10_000);
  });

  it('booted before the broker: waits for it, and can be told to give up', async () => {
    await server.kill();
    const giveUp = new AbortController();
    const { subjectPrefix } = broker;
    const settings = {
      url: server.url,
      clusterId: CLUSTER_ID,
      name: 'test',
      logger: silentLogger,
      subjectPrefix,
    };
    const deadLetters = new MemoryDeadLetters();
    const tired = connectNatsStreaming({ ...settings, deadLetters, signal: giveUp.signal });
    const patient = connectNatsStreaming({ ...settings, deadLetters });
    giveUp.abort();
    await expect(tired).rejects.toMatchObject({ name: 'AbortError' });
    await server.start();
    const bus = await patient;
    await bus.publish(orderCreated());
    await bus.close();
  });

  it('waits for a cluster of the id it was told, and can give up there too', async () => {
    const giveUp = new AbortController();
    let warned = () => {};
    const refused = new Promise<void>((resolve) => {
      warned = resolve;
    });
    const logger = createLogger({ service: 'test', level: 'silent' });
    jest.spyOn(logger, 'warn').mockImplementation(() => warned());
    const lost = connectNatsStreaming({
      url: server.url,
      clusterId: 'another',
      name: 'test',
      logger,
      deadLetters: new MemoryDeadLetters(),
      signal: giveUp.signal,
    });
    await refused;
    giveUp.abort();
    await expect(lost).rejects.toMatchObject({ name: 'AbortError' });
  });
});
