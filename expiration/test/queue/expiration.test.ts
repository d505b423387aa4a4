import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryBroker } from '@gittix/common/bus';
import { decodeEvent, encodeEvent, eventSchemas, type AnyEvent } from '@gittix/common/events';
import { newId, waitFor } from '@gittix/common/testing';
import {
  hintOf,
  lookInside,
  orderEvent,
  startExpiration,
  storedLetters,
  wipe,
  type ExpirationService,
} from '../support/expiration-service';

const running: ExpirationService[] = [];
const start = async (options: Parameters<typeof startExpiration>[0] = {}) => {
  const service = await startExpiration(options);
  running.push(service);
  return service;
};
const stop = async (service: ExpirationService) => {
  running.splice(running.indexOf(service), 1);
  await service.close();
};
afterEach(async () => {
  const prefixes = new Set(running.map(({ prefix }) => prefix));
  for (const service of [...running]) await stop(service);
  for (const prefix of prefixes) await wipe(prefix);
});

const hintsIn = ({ bus }: ExpirationService) => bus.published.filter(({ type }) => type === 'ExpirationDue');
const hint = (service: ExpirationService, event: AnyEvent, timeoutMs = 15_000): Promise<AnyEvent> =>
  waitFor(() => hintsIn(service).find(({ id }) => id === hintOf(event)), { timeoutMs, what: hintOf(event) });
const delayed = ({ prefix }: ExpirationService) => lookInside(prefix, ({ queue }) => queue.getDelayedCount());

describe('a deadline', () => {
  it('is announced when it comes: not before, and soon after', async () => {
    const service = await start();
    const events = [250, 500, 750].map((inMs) => orderEvent('OrderCreated', { inMs }));
    for (const event of events) await service.bus.publish(event);
    for (const event of events) {
      const { time, data } = await hint(service, event);
      const lateMs = Date.parse(time) - Date.parse((data as { expiresAt: string }).expiresAt);
      expect(lateMs).toBeGreaterThanOrEqual(0);
      // A worker that was not woken for it would look again only after 5 s; less than that is the machine's own slowness.
      expect(lateMs).toBeLessThan(4_000);
    }
  });

  it('that has passed already is announced at once', async () => {
    const service = await start();
    const event = orderEvent('OrderCreated', { inMs: -60_000 });
    await service.bus.publish(event);
    await hint(service, event);
  });

  it('told twice is one job', async () => {
    const service = await start();
    const event = orderEvent('OrderCreated', { inMs: 60_000 });
    for (let n = 0; n < 3; n++) await service.bus.publish(event, { messageId: newId() });
    await service.bus.settled();
    expect(await delayed(service)).toBe(1);
  });

  it('of an extended order gets a hint of its own, and the earlier one stays', async () => {
    const service = await start();
    const created = orderEvent('OrderCreated', { inMs: 200 });
    const extended = orderEvent('OrderUpdated', { inMs: 500, id: created.subject });
    await service.bus.publish(extended);
    await service.bus.publish(created);
    await hint(service, created);
    await hint(service, extended);
    expect(service.announced).toHaveLength(2);
  });

  it('is announced once by two replicas that share the queue', async () => {
    const one = await start();
    const two = await start({ broker: one.broker, prefix: one.prefix });
    const events = Array.from({ length: 40 }, () => orderEvent('OrderCreated', { inMs: 300 }));
    await Promise.all(events.map((event) => one.bus.publish(event)));
    const all = () => [...one.announced, ...two.announced];
    await waitFor(() => all().length >= events.length);
    expect(all().sort()).toEqual(events.map(hintOf).sort());
    await waitFor(async () => (await delayed(one)) === 0);
  });
});

describe('when the broker is away', () => {
  it('a hint is published as soon as it is back', async () => {
    const service = await start();
    const event = orderEvent('OrderCreated', { inMs: 300 });
    const publish = jest.spyOn(service.bus, 'publish');
    await service.bus.publish(event);
    // Stored but not handed over yet, so its hint can't come before, however long anything takes.
    service.bus.down = true;
    const tries = () => publish.mock.calls.filter(([{ type }]) => type === 'ExpirationDue');
    await waitFor(() => tries().length >= 3);
    expect(hintsIn(service)).toEqual([]);
    service.bus.down = false;
    await hint(service, event);
  });
});

describe('when Redis is away', () => {
  it('an event waits on the bus, and its hint comes when Redis is back', async () => {
    const service = await start();
    service.link.cut();
    await waitFor(() => service.status() !== true);
    const event = orderEvent('OrderCreated', { inMs: 200 });
    await service.bus.publish(event);
    service.link.mend();
    await hint(service, event, 15_000);
    expect(await storedLetters(service.prefix)).toEqual({});
    expect(service.status()).toBe(true);
  }, 30_000);

  it('a planned hint comes when Redis is back', async () => {
    const service = await start();
    const event = orderEvent('OrderCreated', { inMs: 400 });
    await service.bus.publish(event);
    await service.bus.settled();
    service.link.cut();
    await waitFor(() => service.status() !== true);
    service.link.mend();
    await hint(service, event, 15_000);
  }, 30_000);

  it('a dead letter that cannot be stored is not taken for stored', async () => {
    const service = await start();
    service.link.cut();
    await waitFor(() => service.status() !== true);
    const letter = {
      id: 'x',
      group: 'expiration',
      reason: 'r',
      subject: 's',
      body: new Uint8Array(),
      at: new Date(),
    };
    await expect(service.deadLetters.put(letter)).rejects.toMatchObject({ code: 'ECONNREDIS' });
    service.link.mend();
    await waitFor(() => service.status() === true);
    await service.deadLetters.put(letter);
    expect(Object.keys(await storedLetters(service.prefix))).toEqual(['x']);
  });
});

describe('when everything in Redis is lost', () => {
  it('the next deadline is announced all the same', async () => {
    const service = await start();
    await service.bus.publish(orderEvent('OrderCreated', { inMs: 60_000 }));
    await service.bus.settled();
    await wipe(service.prefix);
    const event = orderEvent('OrderCreated', { inMs: 300 });
    await service.bus.publish(event);
    await hint(service, event, 10_000);
  }, 20_000);
});

describe('a replica that stops', () => {
  it('leaves its deadlines to the next one', async () => {
    const broker = new MemoryBroker();
    const first = await start({ broker });
    const event = orderEvent('OrderCreated', { inMs: 300 });
    await first.bus.publish(event);
    // Whether the deadline comes before the first has stopped or after is a matter of luck; it can't be announced before.
    broker.down = true;
    await first.bus.settled();
    await stop(first);
    const second = await start({ broker, prefix: first.prefix });
    broker.down = false;
    await hint(second, event);
    expect(first.announced).toEqual([]);
  });
});

describe('messages that are no good', () => {
  it('become dead letters in Redis with their bytes, and the next event is handled', async () => {
    const service = await start();
    const good = orderEvent('OrderCreated', { inMs: 200 });
    const bad = [
      'not json',
      JSON.stringify({ ...good, id: 'order.bad.0', data: { ...good.data, expiresAt: { $gt: '' } } }),
    ];
    for (const text of bad)
      service.bus.publishRaw('gittix.order.OrderCreated', new TextEncoder().encode(text));
    await service.bus.publish(good);
    await hint(service, good);
    await service.bus.settled();
    const letters = Object.values(await storedLetters(service.prefix)).map(
      (text) => JSON.parse(text) as { body: string; group: string; reason: string },
    );
    expect(letters.map(({ body }) => Buffer.from(body, 'base64').toString()).sort()).toEqual([...bad].sort());
    expect(letters.every(({ group, reason }) => group === 'expiration' && reason.length > 0)).toBe(true);
  });
});

describe('the contract', () => {
  const golden = (type: string) =>
    decodeEvent(readFileSync(join(__dirname, `../../../common/test/events/golden/${type}.v1.golden.json`)));

  it.each(['OrderCreated', 'OrderUpdated'])('%s: the golden file is handled', async (type) => {
    const service = await start();
    await service.bus.publish(golden(type));
    await service.bus.settled();
    expect(await storedLetters(service.prefix)).toEqual({});
    // Its deadline has passed or not, by the date of the day; in between it is with the worker.
    await waitFor(async () => (await delayed(service)) + service.announced.length === 1);
  });

  it('ExpirationDue fits its schema to the letter and looks like the golden file', async () => {
    const service = await start();
    const created = golden('OrderCreated');
    const event = {
      ...created,
      data: { ...created.data, expiresAt: '2020-01-01T00:00:00.000Z' },
    } as AnyEvent;
    await service.bus.publish(event);
    const due = await hint(service, event);
    expect(eventSchemas.ExpirationDue.parse(due.data)).toEqual(due.data);
    expect(decodeEvent(encodeEvent(due))).toEqual(due);
    const { traceparent: _traceparent, ...expected } = golden('ExpirationDue');
    expect(due).toEqual({
      ...expected,
      id: hintOf(event),
      time: due.time,
      data: { ...expected.data, expiresAt: '2020-01-01T00:00:00.000Z' },
    });
  });
});
