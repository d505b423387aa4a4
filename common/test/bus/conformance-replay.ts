import type { AnyEvent } from '../../src/events';
import { waitFor } from '../../src/testing';
import type { BrokerUnderTest } from './broker-under-test';
import { bytesOf, orderCreated, ticketCreated, times } from './events-for-tests';

const types = ['OrderCreated' as const];
const everything = new Date(0);

/** Replays: every process, from the past to live. */
export function describeReplay(broker: () => BrokerUnderTest): void {
  it('a replay passes on the past, tells when it has, and goes on live', async () => {
    const bus = await broker().connect();
    const past = times(150, () => orderCreated());
    await Promise.all(past.map((event) => bus.publish(event)));
    await bus.publish(ticketCreated());
    const seen: AnyEvent[] = [];
    const replay = await bus.replay({ types, since: everything, on: (event) => seen.push(event) });
    await replay.caughtUp;
    expect(seen.map(({ id }) => id).sort()).toEqual(past.map(({ id }) => id).sort());
    const live = orderCreated();
    await bus.publish(live);
    await waitFor(() => seen.length === past.length + 1);
    expect(seen.at(-1)).toEqual(live);
  });

  it('every process replays for itself', async () => {
    const buses = await Promise.all([broker().connect(), broker().connect()]);
    const event = orderCreated();
    await buses[0]?.publish(event);
    for (const bus of buses) {
      const seen: string[] = [];
      await (await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) })).caughtUp;
      expect(seen).toEqual([event.id]);
    }
  });

  it('a replay of nothing has caught up at once', async () => {
    const bus = await broker().connect();
    const took: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const startedAt = performance.now();
      await (await bus.replay({ types, since: everything, on: () => {} })).caughtUp;
      took.push(performance.now() - startedAt);
    }
    // Who waits for a heartbeat or an expiry does so each time; a machine that stands still, once.
    expect(Math.min(...took)).toBeLessThan(1_500);
  });

  it('a replay begins at the time asked for', async () => {
    const bus = await broker().connect();
    await bus.publish(orderCreated());
    const since = new Date(Date.now() + 5);
    await waitFor(() => Date.now() > since.getTime() + 5, { everyMs: 1 });
    const later = orderCreated();
    await bus.publish(later);
    const seen: string[] = [];
    await (await bus.replay({ types, since, on: ({ id }) => seen.push(id) })).caughtUp;
    expect(seen).toEqual([later.id]);
  });

  it('messages that cannot be read, and an observer that throws, do not stop a replay', async () => {
    const bus = await broker().connect();
    await broker().publishRaw('order.OrderCreated', bytesOf('garbage'));
    await broker().publishRaw('order.OrderCreated', bytesOf('{"gittixFence":"8f5d"}'));
    const [first, second] = [orderCreated(), orderCreated()];
    await bus.publish(first);
    await bus.publish(second);
    const seen: string[] = [];
    const replay = await bus.replay({
      types,
      since: everything,
      on: ({ id }) => {
        seen.push(id);
        if (id === first.id) throw new Error('careless');
      },
    });
    await replay.caughtUp;
    expect(seen).toEqual([first.id, second.id]);
  });

  it('a closed replay passes on nothing more', async () => {
    const bus = await broker().connect();
    const seen: string[] = [];
    const replay = await bus.replay({ types, since: everything, on: ({ id }) => seen.push(id) });
    await replay.caughtUp;
    await replay.close();
    await bus.publish(orderCreated());
    const control: string[] = [];
    await (await bus.replay({ types, since: everything, on: ({ id }) => control.push(id) })).caughtUp;
    expect(control).toHaveLength(1);
    expect(seen).toEqual([]);
  });
}
