import fc from 'fast-check';
import { createLogger } from '../../src/logging';
import {
  createDelivery,
  encodeFence,
  MemoryDeadLetters,
  type DeliveryOptions,
  type DeliveryReport,
} from '../../src/bus';
import { PermanentError } from '../../src/errors';
import { encodeEvent, eventTypes } from '../../src/events';
import { logContext } from '../../src/logging';
import { bytesOf, orderCreated, times } from './events-for-tests';

const at = new Date('2026-11-20T12:00:00Z');
const subject = 'gittix.order.OrderCreated';

/** A delivery with everything it needs, what it logged and what it reported. */
function delivery(options: Partial<DeliveryOptions> = {}) {
  const deadLetters = new MemoryDeadLetters();
  const reports: DeliveryReport[] = [];
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  const deliver = createDelivery({
    group: 'payments',
    types: ['OrderCreated'],
    handle: () => Promise.resolve(),
    deadLetters,
    logger: createLogger({ service: 'test', destination }),
    onOutcome: (report) => reports.push(report),
    clock: () => at,
    random: () => 0,
    ...options,
  });
  return { deliver, deadLetters, reports, lines };
}

const failingWith = (error: () => unknown) => ({
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- handlers may reject with anything
  handle: () => Promise.reject(error()),
});
const network = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const bug = () => new TypeError('cannot read properties of undefined');

describe('delivery of one message', () => {
  it('hands the event to the handler, inside its log context and trace, and acknowledges', async () => {
    const event = orderCreated();
    const seen: unknown[] = [];
    const { deliver, lines, reports } = delivery({
      handle: (received) => {
        seen.push(received, logContext().eventId, logContext().traceparent?.slice(0, 35));
        return Promise.resolve();
      },
    });
    expect(await deliver({ subject, body: encodeEvent(event) })).toEqual({ action: 'ack' });
    expect(seen).toEqual([event, event.id, event.traceparent?.slice(0, 35)]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'info',
      eventId: event.id,
      type: 'OrderCreated',
      outcome: 'handled',
      group: 'payments',
      durationMs: expect.any(Number) as unknown,
    });
    expect(reports).toMatchObject([{ group: 'payments', type: 'OrderCreated', outcome: 'handled' }]);
  });

  it("gives up after ten failures that are nobody else's fault, with a doubling pause before each next try", async () => {
    const event = orderCreated();
    const { deliver, deadLetters } = delivery(failingWith(bug));
    const pauses: number[] = [];
    for (;;) {
      const verdict = await deliver({ subject, body: encodeEvent(event) });
      if (verdict.action === 'ack') break;
      pauses.push(verdict.afterMs);
    }
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(deadLetters.letters).toEqual([
      {
        id: `payments:${event.id}`,
        group: 'payments',
        eventId: event.id,
        type: 'OrderCreated',
        reason: bug().message,
        subject,
        body: encodeEvent(event),
        at,
      },
    ]);
  });

  it('counts the failures of each message apart, and starts over after a success', async () => {
    const failing = new Set<string>();
    const { deliver, deadLetters } = delivery({
      handle: ({ id }) => (failing.has(id) ? Promise.reject(bug()) : Promise.resolve()),
    });
    const [one, two] = [orderCreated(), orderCreated()];
    const deliverTimes = (event: typeof one, count: number) =>
      times(count, () => event).reduce<Promise<unknown>>(
        (before, each) => before.then(() => deliver({ subject, body: encodeEvent(each) })),
        Promise.resolve(),
      );
    failing.add(one.id).add(two.id);
    await deliverTimes(one, 9);
    await deliverTimes(two, 9);
    expect(deadLetters.letters).toEqual([]);
    failing.delete(one.id);
    await deliverTimes(one, 1);
    failing.add(one.id);
    await deliverTimes(one, 9);
    expect(deadLetters.letters).toEqual([]);
    await deliverTimes(one, 1);
    expect(deadLetters.letters.map(({ eventId }) => eventId)).toEqual([one.id]);
  });

  it('never gives up on failures of the infrastructure, and does not count them', async () => {
    let error: () => Error = network;
    const { deliver, deadLetters } = delivery({ handle: () => Promise.reject(error()) });
    const message = { subject, body: encodeEvent(orderCreated()) };
    for (let n = 0; n < 200; n += 1) expect((await deliver(message)).action).toBe('retry');
    expect(await deliver(message)).toEqual({ action: 'retry', afterMs: 10_000 });
    error = bug;
    for (let n = 0; n < 9; n += 1) expect((await deliver(message)).action).toBe('retry');
    expect(deadLetters.letters).toEqual([]);
    expect((await deliver(message)).action).toBe('ack');
    expect(deadLetters.letters).toHaveLength(1);
  });

  it('sees the infrastructure failure behind another error', async () => {
    const { deliver, deadLetters } = delivery(
      failingWith(() => new Error('could not save', { cause: network() })),
    );
    const message = { subject, body: encodeEvent(orderCreated()) };
    for (let n = 0; n < 30; n += 1) expect((await deliver(message)).action).toBe('retry');
    expect(deadLetters.letters).toEqual([]);
  });

  it('keeps the message when the dead letter cannot be stored, for as long as that lasts', async () => {
    const { deliver, deadLetters } = delivery(failingWith(() => new PermanentError('never')));
    const message = { subject, body: encodeEvent(orderCreated()) };
    deadLetters.failure = new Error('no database');
    for (let n = 0; n < 30; n += 1) expect((await deliver(message)).action).toBe('retry');
    deadLetters.failure = undefined;
    expect(await deliver(message)).toEqual({ action: 'ack' });
    expect(deadLetters.letters).toHaveLength(1);
  });

  it('names a letter by the event id if one can be read, else by the bytes', async () => {
    const { deliver, deadLetters } = delivery();
    const event = orderCreated();
    await deliver({ subject, body: bytesOf({ ...event, dataschema: 'OrderCreated/v99' }) });
    await deliver({ subject, body: bytesOf('garbage') });
    await deliver({ subject, body: bytesOf('garbage') });
    await deliver({ subject, body: bytesOf({ id: 'x'.repeat(201) }) });
    const [named, hashed, long] = deadLetters.letters;
    expect(deadLetters.letters).toHaveLength(3);
    expect(named).toMatchObject({ id: `payments:${event.id}`, eventId: event.id });
    expect(hashed?.id).toMatch(/^payments:[0-9a-f]{64}$/);
    expect(hashed).not.toHaveProperty('eventId');
    expect(long?.id).toMatch(/^payments:[0-9a-f]{64}$/);
  });

  it('acknowledges a type it does not handle, and an unknown one, and counts both', async () => {
    const { deliver, deadLetters, reports } = delivery({ handle: () => Promise.reject(bug()) });
    const event = orderCreated();
    const other = { ...event, type: 'OrderExpired', dataschema: 'OrderExpired/v1' };
    expect(await deliver({ subject, body: bytesOf(other) })).toEqual({ action: 'ack' });
    expect(await deliver({ subject, body: bytesOf({ ...event, type: 'OrderTeleported' }) })).toEqual({
      action: 'ack',
    });
    expect(reports).toMatchObject([
      { outcome: 'ignored', type: 'OrderExpired' },
      { outcome: 'ignored', type: 'unknown' },
    ]);
    expect(deadLetters.letters).toEqual([]);
  });

  it('drops fences without a word, and nothing that only looks like one', async () => {
    const { deliver, deadLetters, reports } = delivery();
    expect(await deliver({ subject, body: encodeFence('8f5d') })).toEqual({ action: 'ack' });
    expect(reports).toEqual([]);
    await deliver({ subject, body: bytesOf('{"gittixFence":"8f5d","id":"order.1.0"}') });
    await deliver({ subject, body: bytesOf('{"gittixFence":7}') });
    expect(deadLetters.letters).toHaveLength(2);
  });

  it('survives an observer that throws', async () => {
    const { deliver } = delivery({
      onOutcome: () => {
        throw new Error('metrics are down');
      },
    });
    expect(await deliver({ subject, body: encodeEvent(orderCreated()) })).toEqual({ action: 'ack' });
  });

  it('ends in exactly one verdict for any bytes, any error and any store: acknowledged only if handled, ignored or kept', async () => {
    const bodies = fc.oneof(
      fc.constant(encodeEvent(orderCreated())),
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map(bytesOf),
      fc
        .constantFrom(...eventTypes)
        .map((type) => bytesOf({ ...orderCreated(), type, dataschema: `${type}/v1` })),
    );
    const thrown = fc.constantFrom<() => unknown>(
      bug,
      network,
      () => new PermanentError('never'),
      () => undefined,
      () => 'no',
    );
    const attempt = fc.record({ fails: fc.boolean(), thrown, storeFails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(bodies, fc.array(attempt, { minLength: 1, maxLength: 12 }), async (body, attempts) => {
        let now = attempts[0];
        let handled = 0;
        const { deliver, deadLetters, reports } = delivery({
          handle: () => {
            if (now?.fails) throw now.thrown();
            handled += 1;
            return Promise.resolve();
          },
        });
        for (now of attempts) {
          deadLetters.failure = now.storeFails ? new Error('no store') : undefined;
          const kept = deadLetters.letters.length;
          const done = handled;
          const verdict = await deliver({ subject, body });
          const outcome = reports.at(-1)?.outcome;
          if (verdict.action === 'retry') {
            expect(verdict.afterMs).toBeGreaterThanOrEqual(50);
            expect(outcome).toBe('retried');
            continue;
          }
          const ends = {
            handled: handled > done,
            dead_letter: deadLetters.letters.length > kept,
            ignored: true,
          };
          expect(outcome).not.toBe('retried');
          if (outcome && outcome !== 'retried') expect(ends[outcome]).toBe(true);
          break;
        }
      }),
    );
  });
});
