import type { DeliveryReport } from '../../src/bus';
import { MemoryDeadLetters } from '../../src/bus';
import { PermanentError } from '../../src/errors';
import { waitFor } from '../../src/testing';
import type { BrokerUnderTest } from './broker-under-test';
import { describeFailures } from './conformance-failures';
import { describeReplay } from './conformance-replay';
import { orderCancelled, orderCreated, ticketCreated, times } from './events-for-tests';
import { Recorder } from './recorder';

const types = ['OrderCreated' as const];

/** What every event bus promises, tried on each adapter. */
export function describeBus(name: string, makeBroker: () => Promise<BrokerUnderTest>): void {
  describe(`${name} keeps the contract of the event bus:`, () => {
    let broker: BrokerUnderTest;
    beforeEach(async () => {
      broker = await makeBroker();
    });
    afterEach(() => broker.close());

    describeDelivery(() => broker);
    describeClosing(() => broker);
    describeFailures(() => broker);
    describeReplay(() => broker);
  });
}

function describeDelivery(broker: () => BrokerUnderTest): void {
  it('a published event is stored: a group that comes later gets it, unchanged', async () => {
    const bus = await broker().connect();
    const event = orderCreated();
    await bus.publish(event);
    const { handle, ...recorder } = recording();
    await bus.subscribe({ group: 'payments', types, handle });
    await recorder.got([event]);
    expect(recorder.events()).toEqual([event]);
  });

  it('each group gets every event', async () => {
    const bus = await broker().connect();
    const [one, two] = [new Recorder(), new Recorder()];
    await bus.subscribe({ group: 'payments', types, handle: one.handle });
    await bus.subscribe({ group: 'tickets', types, handle: two.handle });
    const events = times(20, () => orderCreated());
    await Promise.all(events.map((event) => bus.publish(event)));
    await Promise.all([one.got(events), two.got(events)]);
  });

  it('two replicas of a group share the events, each handled once', async () => {
    const replicas = await Promise.all([broker().connect(), broker().connect()]);
    const recorders = replicas.map(() => new Recorder());
    for (const [n, bus] of replicas.entries()) {
      const { handle } = recorders[n] ?? new Recorder();
      recorders[n]?.hold();
      await bus.subscribe({ group: 'payments', types, handle, concurrency: 2 });
    }
    const publisher = await broker().connect();
    const events = times(60, () => orderCreated());
    await Promise.all(events.map((event) => publisher.publish(event)));
    await waitFor(() => recorders.every(({ running }) => running === 2));
    for (const recorder of recorders) recorder.release();
    const handled = () => recorders.flatMap(({ ids }) => ids);
    await waitFor(() => handled().length >= events.length);
    expect(handled().sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('a group gets only the types it asked for', async () => {
    const bus = await broker().connect();
    const recorder = new Recorder();
    await bus.subscribe({
      group: 'payments',
      types: ['OrderCreated', 'TicketCreated'],
      handle: recorder.handle,
    });
    const wanted = [orderCreated(), ticketCreated()];
    const last = orderCreated();
    for (const event of [...wanted, orderCancelled(), last]) await bus.publish(event);
    await recorder.got([...wanted, last]);
    expect(recorder.ids.sort()).toEqual([...wanted, last].map(({ id }) => id).sort());
  });

  it('several subscriptions of one group, one per type, each get theirs', async () => {
    const bus = await broker().connect();
    const [created, cancelled] = [new Recorder(), new Recorder()];
    await bus.subscribe({ group: 'payments', types, handle: created.handle });
    await bus.subscribe({ group: 'payments', types: ['OrderCancelled'], handle: cancelled.handle });
    const events = { created: times(10, () => orderCreated()), cancelled: times(10, () => orderCancelled()) };
    for (const event of [...events.created, ...events.cancelled]) await bus.publish(event);
    await Promise.all([created.got(events.created), cancelled.got(events.cancelled)]);
    expect([created.events.length, cancelled.events.length]).toEqual([10, 10]);
  });

  it('the same type twice in one process is refused', async () => {
    const bus = await broker().connect();
    const { handle } = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle });
    await expect(bus.subscribe({ group: 'payments', types, handle })).rejects.toThrow(/already subscribed/);
  });

  it('a repeated message id is dropped if the adapter says so, another id for the same event never', async () => {
    const bus = await broker().connect();
    const recorder = new Recorder();
    await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const [event, last] = [orderCreated(), orderCreated()];
    await bus.publish(event);
    await bus.publish(event);
    await bus.publish(event, { messageId: `${event.id}.r1` });
    await bus.publish(last);
    const stored = broker().dropsRepeatedIds ? 2 : 3;
    await waitFor(() => recorder.events.length >= stored + 1 && recorder.ids.includes(last.id));
    expect(recorder.ids.filter((id) => id === event.id)).toHaveLength(stored);
  });

  it('no more handlers run at once than asked for, over all types of a subscription', async () => {
    const bus = await broker().connect();
    const recorder = new Recorder();
    recorder.hold();
    await bus.subscribe({
      group: 'payments',
      types: ['OrderCreated', 'OrderCancelled'],
      concurrency: 3,
      handle: recorder.handle,
    });
    const events = [...times(10, () => orderCreated()), ...times(10, () => orderCancelled())];
    for (const event of events) await bus.publish(event);
    await waitFor(() => recorder.running === 3);
    recorder.release();
    await recorder.got(events);
    expect(recorder.mostRunning).toBe(3);
  });

  it('no more handlers run at once than a process can bear, over all its subscriptions', async () => {
    const bus = await broker().connect();
    const recorder = new Recorder();
    recorder.hold();
    const events = [...times(20, () => orderCreated()), ...times(20, () => orderCancelled())];
    for (const type of ['OrderCreated', 'OrderCancelled'] as const)
      await bus.subscribe({ group: 'payments', types: [type], handle: recorder.handle });
    for (const event of events) await bus.publish(event);
    await waitFor(() => recorder.running === 16);
    recorder.release();
    await recorder.got(events);
    expect(recorder.mostRunning).toBe(16);
  });

  it('a handler slower than the acknowledgement time is not run a second time', async () => {
    // Longer than the handler's own process may stand still without being taken for dead.
    const ackWaitMs = 5_000;
    const replicas = await Promise.all([broker().connect({ ackWaitMs }), broker().connect({ ackWaitMs })]);
    const recorder = new Recorder();
    recorder.hold();
    for (const bus of replicas) await bus.subscribe({ group: 'payments', types, handle: recorder.handle });
    const slow = orderCreated();
    await replicas[0]?.publish(slow);
    await waitFor(() => recorder.running === 1);
    const since = Date.now();
    await waitFor(() => Date.now() - since > 1.5 * ackWaitMs);
    recorder.release();
    const last = orderCreated();
    await replicas[0]?.publish(last);
    await recorder.got([slow, last]);
    expect(recorder.ids).toEqual([slow.id, last.id]);
    expect(recorder.mostRunning).toBe(1);
  });

  it('tells an observer what became of each message', async () => {
    const reports: DeliveryReport[] = [];
    const bus = await broker().connect({ onOutcome: (report) => reports.push(report) });
    const bad = orderCancelled();
    const recorder = new Recorder((event) => {
      if (event.type === 'OrderCancelled') throw new PermanentError('never');
    });
    await bus.subscribe({
      group: 'payments',
      types: ['OrderCreated', 'OrderCancelled'],
      handle: recorder.handle,
    });
    await bus.publish(orderCreated());
    await bus.publish(bad);
    await waitFor(() => reports.length === 2);
    const told = reports.map(({ group, type, outcome }) => `${group} ${type} ${outcome}`);
    expect(told.sort()).toEqual(['payments OrderCancelled dead_letter', 'payments OrderCreated handled']);
  });
}

function describeClosing(broker: () => BrokerUnderTest): void {
  it('what is published while nobody subscribes waits for the group', async () => {
    const bus = await broker().connect();
    const before = new Recorder();
    const subscription = await bus.subscribe({ group: 'payments', types, handle: before.handle });
    const [first, second] = [orderCreated(), orderCreated()];
    await bus.publish(first);
    await before.got([first]);
    await subscription.close();
    await bus.publish(second);

    const after = new Recorder();
    const again = await broker().connect();
    await again.subscribe({ group: 'payments', types, handle: after.handle });
    await after.got([second]);
    expect(before.ids).toEqual([first.id]);
    expect(after.ids).toEqual([second.id]);
  });

  it('close finishes running handlers, takes nothing more, and leaves the rest to others at once', async () => {
    const closing = await broker().connect();
    const recorder = new Recorder();
    recorder.hold();
    const both = ['OrderCreated' as const, 'OrderCancelled' as const];
    await closing.subscribe({ group: 'payments', types: both, handle: recorder.handle, concurrency: 2 });
    const events = [...times(6, () => orderCreated()), ...times(6, () => orderCancelled())];
    for (const event of events) await closing.publish(event);
    await waitFor(() => recorder.running === 2);

    const closed = closing.close();
    const other = new Recorder();
    const staying = await broker().connect();
    await staying.subscribe({ group: 'payments', types: both, handle: other.handle });
    // Sooner than JetStream's acknowledgement time.
    await waitFor(() => other.events.length === events.length - 2, { timeoutMs: 20_000 });
    expect(recorder.events).toHaveLength(0);
    recorder.release();
    await closed;
    expect(recorder.events).toHaveLength(2);
    expect([...recorder.ids, ...other.ids].sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('a closed bus refuses to publish, and closing twice is closing once', async () => {
    const bus = await broker().connect({ deadLetters: new MemoryDeadLetters() });
    await Promise.all([bus.close(), bus.close()]);
    await expect(bus.publish(orderCreated())).rejects.toThrow(/closed/);
    expect(bus.status().connected).toBe(false);
  });
}

/** A recorder in pieces, for tests that look at whole events. */
function recording() {
  const recorder = new Recorder();
  return {
    handle: recorder.handle,
    got: recorder.got.bind(recorder),
    events: () => recorder.events,
  };
}
