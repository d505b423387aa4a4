import { MemoryDeadLetters } from '../../src/bus';
import { PermanentError } from '../../src/errors';
import { MAX_EVENT_BYTES } from '../../src/events';
import { waitFor } from '../../src/testing';
import type { BrokerUnderTest } from './broker-under-test';
import { bytesOf, orderCreated } from './events-for-tests';
import { Recorder } from './recorder';

const types = ['OrderCreated' as const];
const subject = 'order.OrderCreated';

/** What becomes of messages that cannot be handled, now or ever. */
export function describeFailures(broker: () => BrokerUnderTest): void {
  /** A group with dead letters to look at, on a bus of its own. */
  async function subscribed(recorder: Recorder, group = 'payments') {
    const deadLetters = new MemoryDeadLetters();
    const bus = await broker().connect({ deadLetters });
    await bus.subscribe({ group, types, handle: recorder.handle });
    return { bus, deadLetters };
  }

  it('a failing handler is called again until it succeeds', async () => {
    const recorder = new Recorder((_event, call) => {
      if (call <= 3) throw new Error('not yet');
    });
    const { bus, deadLetters } = await subscribed(recorder);
    const event = orderCreated();
    await bus.publish(event);
    await recorder.got([event]);
    expect(recorder.ids).toEqual([event.id]);
    expect(deadLetters.letters).toEqual([]);
  });

  it('a handler that throws outside its promise, or throws no Error at all, is tried again too', async () => {
    let calls = 0;
    const bus = await broker().connect();
    const recorder = new Recorder();
    await bus.subscribe({
      group: 'payments',
      types,
      handle: (event) => {
        calls += 1;
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a careless library does
        if (calls === 1) throw undefined;
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as above
        return calls === 2 ? Promise.reject('no') : recorder.handle(event);
      },
    });
    const event = orderCreated();
    await bus.publish(event);
    await recorder.got([event]);
    expect(calls).toBe(3);
  });

  it('a PermanentError gives one dead letter and the next message flows', async () => {
    const bad = orderCreated();
    const recorder = new Recorder(({ id }) => {
      if (id === bad.id) throw new PermanentError('the total does not add up');
    });
    const { bus, deadLetters } = await subscribed(recorder);
    const next = orderCreated();
    await bus.publish(bad);
    await bus.publish(next);
    await recorder.got([next]);
    await waitFor(() => deadLetters.letters.length === 1);
    const [letter] = deadLetters.letters;
    expect(letter).toMatchObject({
      id: `payments:${bad.id}`,
      group: 'payments',
      eventId: bad.id,
      type: 'OrderCreated',
      reason: 'the total does not add up',
    });
    expect(letter?.subject).toMatch(/order\.OrderCreated$/);
    expect(JSON.parse(Buffer.from(letter?.body ?? []).toString())).toEqual(bad);
  });

  const poison: [string, () => Uint8Array, RegExp][] = [
    ['bytes that are no JSON', () => Uint8Array.of(0xff, 0x00, 0x7b), /not JSON/],
    ['an empty message', () => new Uint8Array(), /not JSON/],
    ['JSON that is no envelope', () => bytesOf('[1, 2]'), /envelope/],
    ['a broken member', () => bytesOf({ ...orderCreated(), data: { total: null } }), /total/],
    ['schema version v0', () => bytesOf({ ...orderCreated(), dataschema: 'OrderCreated/v0' }), /v0/],
    ['schema version v99', () => bytesOf({ ...orderCreated(), dataschema: 'OrderCreated/v99' }), /v99/],
    ['a message of 300 kB', () => bytesOf({ ...orderCreated(), pad: 'x'.repeat(300_000) }), /larger/],
    ['a message one byte too large', () => new Uint8Array(MAX_EVENT_BYTES + 1), /larger/],
  ];
  it.each(poison)(
    '%s: one dead letter in each group, and the next message flows',
    async (_name, make, reason) => {
      const recorders = [new Recorder(), new Recorder()];
      const groups = [
        await subscribed(recorders[0] ?? new Recorder(), 'payments'),
        await subscribed(recorders[1] ?? new Recorder(), 'tickets'),
      ];
      const body = make();
      await broker().publishRaw(subject, body);
      const next = orderCreated();
      await groups[0]?.bus.publish(next);
      for (const [n, { deadLetters }] of groups.entries()) {
        await recorders[n]?.got([next]);
        await waitFor(() => deadLetters.letters.length === 1);
        expect(recorders[n]?.ids).toEqual([next.id]);
        expect(deadLetters.letters[0]?.reason).toMatch(reason);
        expect(Buffer.from(deadLetters.letters[0]?.body ?? []).equals(Buffer.from(body))).toBe(true);
      }
    },
  );

  it('an unknown type, a type not asked for and a fence are acknowledged without a dead letter', async () => {
    const recorder = new Recorder();
    const { bus, deadLetters } = await subscribed(recorder);
    await broker().publishRaw(subject, bytesOf({ ...orderCreated(), type: 'OrderTeleported' }));
    await broker().publishRaw(
      subject,
      bytesOf({ ...orderCreated(), type: 'OrderSecured', dataschema: 'OrderSecured/v1' }),
    );
    await broker().publishRaw(subject, bytesOf('{"gittixFence":"8f5d"}'));
    const next = orderCreated();
    await bus.publish(next);
    await recorder.got([next]);
    expect(recorder.ids).toEqual([next.id]);
    expect(deadLetters.letters).toEqual([]);
  });

  it('a dead letter that cannot be stored keeps the message until it can', async () => {
    const { bus, deadLetters } = await subscribed(
      new Recorder(() => {
        throw new PermanentError('never');
      }),
    );
    deadLetters.failure = new Error('the database is away');
    const event = orderCreated();
    await bus.publish(event);
    await waitFor(() => deadLetters.refused >= 2);
    expect(deadLetters.letters).toEqual([]);
    deadLetters.failure = undefined;
    await waitFor(() => deadLetters.letters.length === 1);
    expect(deadLetters.letters[0]?.eventId).toBe(event.id);
  });
}
