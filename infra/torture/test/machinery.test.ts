import { leaks } from '../src/evidence/leaks';
import { toLedger } from '../src/evidence/ledger';
import { endsOf } from '../src/evidence/logs';
import { chosenKinds, KINDS } from '../src/faults/catalogue';
import { planEachOnce, planFaults } from '../src/faults/plan';
import { readOptions } from '../src/options';
import { seededRandom } from '../src/random';

const plan = (seed: number, only: string[] = [], lengthMs = 600_000) =>
  planFaults({
    ...{ kinds: chosenKinds(only), lengthMs, replicas: 2, broker: 'nats-server' },
    random: seededRandom(seed),
  });

describe('the plan', () => {
  it('is the same for the same seed and another for another', () => {
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  it('has every kind of fault, at least 100 kills in ten minutes, and both replicas', () => {
    const faults = plan(1);
    const kinds = new Set(faults.map(({ name }) => name));
    expect(KINDS.filter(({ name }) => !kinds.has(name))).toEqual([]);
    expect(faults.filter(({ name }) => name.startsWith('kill:')).length).toBeGreaterThanOrEqual(100);
    const targets = new Set(faults.map(({ target }) => target));
    for (const name of ['orders-1', 'orders-2', 'mongod', 'nats-server']) expect(targets).toContain(name);
  });

  it('ends with the run, pauses and all', () => {
    for (const { atMs, lastsMs = 0 } of plan(3, [], 60_000))
      expect(atMs + lastsMs).toBeLessThanOrEqual(60_000);
  });

  it('pauses for 1 to 15 s', () => {
    const lasting = plan(1, ['pause'], 3_600_000).slice(0, -20);
    for (const { lastsMs } of lasting) {
      expect(lastsMs).toBeGreaterThanOrEqual(1_000);
      expect(lastsMs).toBeLessThanOrEqual(15_000);
    }
  });

  it('holds to --only and --without', () => {
    expect(new Set(plan(1, ['kill:orders', 'redis']).map(({ name }) => name))).toEqual(
      new Set(['kill:orders', 'redis:flush']),
    );
    const names = chosenKinds(['network', 'broker'], ['network:cut', 'broker:wipe']).map(({ name }) => name);
    expect(names).toContain('network:stall:database');
    expect(names.filter((name) => /cut|wipe/.test(name))).toEqual([]);
    expect(() => chosenKinds(['flood'])).toThrow('no such fault: flood');
    expect(() => chosenKinds([], ['flood'])).toThrow('no such fault: flood');
  });

  it.each([2, 3, 10])('takes the data from the broker once in %i minutes, in the middle third', (minutes) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const wipes = plan(seed, [], minutes * 60_000).filter(({ name }) => name === 'broker:wipe');
      expect(wipes).toHaveLength(1);
      expect(wipes[0]?.atMs).toBeGreaterThanOrEqual(minutes * 20_000);
      expect(wipes[0]?.atMs).toBeLessThanOrEqual(minutes * 40_000);
    }
  });

  it('does so in no run of less than two minutes', () => {
    expect(plan(1, [], 110_000).filter(({ name }) => name === 'broker:wipe')).toEqual([]);
  });

  it.each([3, 10])(
    'pauses each kind of consumer once for longer than the broker waits, in %i minutes',
    (minutes) => {
      const lengthMs = minutes * 60_000;
      const long = plan(7, [], lengthMs).filter(({ name }) => name.startsWith('pause-long:'));
      expect(long.map(({ name }) => name.split(':')[1]).sort()).toEqual([
        'expiration',
        'orders',
        'payments',
        'tickets',
      ]);
      for (const { atMs, lastsMs = 0 } of long) {
        expect(lastsMs).toBeGreaterThan(30_000);
        expect(atMs + lastsMs).toBeLessThanOrEqual(lengthMs);
      }
    },
  );

  it('can have each fault once within a minute, none for long but one pause', () => {
    const faults = planEachOnce({
      ...{ kinds: KINDS, lengthMs: 60_000, replicas: 2, broker: 'nats-server' },
      random: seededRandom(1),
    });
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const missing = KINDS.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
    expect(missing).toHaveLength(3);
    for (const name of missing) expect(name).toMatch(/^pause-long:/);
    const still = faults.find(({ name }) => name.startsWith('pause-long:'))?.target;
    expect(faults.filter(({ target }) => target === still)).toHaveLength(1);
    for (const { name, atMs, lastsMs = 0 } of faults) {
      expect(atMs + lastsMs).toBeLessThanOrEqual(60_000);
      if (!name.startsWith('pause-long:')) expect(lastsMs).toBeLessThanOrEqual(6_000);
    }
  });
});

describe('the options', () => {
  it('are five minutes and a made-up seed unless told otherwise', () => {
    expect(readOptions([], 7)).toMatchObject({ minutes: 5, seed: 7, keep: false, only: [], replicas: 2 });
    expect(
      readOptions(['--minutes', '0.5', '--seed', '3', '--only', 'kill,pause:redis', '--keep'], 7),
    ).toMatchObject({
      ...{ minutes: 0.5, seed: 3, only: ['kill', 'pause:redis'], keep: true },
    });
  });

  it.each([['--minutes', '0'], ['--seed', 'x'], ['--flood'], ['--replicas', '10']])(
    'refuse %s %s',
    (...args) => {
      expect(() => readOptions(args, 7)).toThrow();
    },
  );
});

describe("the supervisor's words", () => {
  it('tell how a process ended, each time, and only that process', () => {
    const output = [
      'orders-1 ended with SIGKILL; starting it again in 0.25 s (log: x)',
      'orders-12 ended with code 1; starting it again in 0.25 s (log: x)',
      'orders-1 ended with code 70; starting it again in 0.5 s (log: x)',
      '    orders-1 ended with a poem',
    ].join('\n');
    expect(endsOf('orders-1', output)).toEqual(['ended with SIGKILL', 'ended with code 70']);
    expect(endsOf('mongod', output)).toEqual([]);
  });
});

describe('the ledger', () => {
  const charge = {
    ...{ id: 'ch', payment_intent: 'pi', amount: 100, currency: 'usd', captured: true, amount_refunded: 0 },
  };
  const entry = (at: string, captured: boolean) => ({
    at,
    operation: 'x',
    charges: [{ ...charge, captured }],
  });
  const read = (entries: ReturnType<typeof entry>[]) =>
    toLedger({ entries, payment_intents: [], charges: [charge], refunds: [] }).charges[0];

  it('tells when money moved, once, though later entries show it captured too', () => {
    const entries = ['00', '01', '02'].map((second, index) =>
      entry(`2026-01-01T10:00:${second}Z`, index > 0),
    );
    expect(read(entries)).toMatchObject({ captures: 1, capturedAt: Date.parse('2026-01-01T10:00:01Z') });
  });

  it('counts a second capture', () => {
    expect(
      read([true, false, true].map((captured) => entry('2026-01-01T10:00:00Z', captured))),
    ).toMatchObject({
      captures: 2,
    });
  });
});

describe('leaks', () => {
  const token = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(30)}`;
  it.each([
    ['sk_test_0123456789abcdef', 'a Stripe secret key'],
    ['whsec_0123456789abcdef', 'a webhook secret'],
    ['{"kty":"EC","d":"0123456789012345678901234567"}', 'a private key'],
    ['$argon2id$v=19$', 'a password hash'],
    ['number 4242424242424242', 'a card number'],
    ['correct-horse-00000000-0000-4000-8000-000000000000', 'a password'],
    ['pi_abc_secret_def', 'a client secret'],
    [token, 'an access token'],
    [`session=eyJ${'a'.repeat(30)}`, 'a session cookie'],
  ])('of %s are found in logs and events', (text, what) => {
    expect(leaks.inLog(`before ${text} after`).map((leak) => leak.what)).toContain(what);
    expect(leaks.inEvent(`before ${text} after`).map((leak) => leak.what)).toContain(what);
  });

  it('of stacks are found in answers and events; logs may have them', () => {
    const stack = JSON.stringify({ stack: 'Error: x\n    at run (/srv/main.js:1:2)' });
    expect(leaks.inAnswer(stack)).toHaveLength(1);
    expect(leaks.inEvent(stack)).toHaveLength(1);
    expect(leaks.inLog(stack)).toEqual([]);
  });

  it('are not found in what is meant for the buyer, nor in plain words', () => {
    expect(
      leaks.inAnswer('{"clientSecret":"pi_abc_secret_def","publishableKey":"pk_test_0123456789"}'),
    ).toEqual([]);
    expect(leaks.inLog('{"msg":"session=none, passed","id":"6b010f4a70ec82cc88ba7b5a"}')).toEqual([]);
  });
});
