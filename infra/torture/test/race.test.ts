import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderDocument } from '../src/evidence/evidence';
import type { Attempt, RoundEvidence } from '../src/race/evidence';
import { planRound } from '../src/race/heats';
import { CHECKS } from '../src/race/judge';
import { readRaceOptions } from '../src/race/options';
import { emptyProgress, loadProgress, writeJson } from '../src/race/progress';

const order = (id: string, own: Partial<OrderDocument> & { until?: number } = {}): OrderDocument => {
  const { until, ...fields } = own;
  const created = { at: 100, event: 'OrderCreated', by: 'buyer:ann' };
  const ended = until === undefined ? [] : [{ at: until, event: 'OrderCancelled', by: 'buyer:ann' }];
  return {
    ...{ id, version: 0, outbox: [], last: undefined, userId: 'ann', request: id, total: 2_000 },
    ...{ currency: 'usd', createdAt: 100, expiresAt: 900_000, items: [{ ticketId: 't1', price: 2_000 }] },
    status: until === undefined ? 'created' : 'cancelled',
    holds: until === undefined ? ['t1'] : [id],
    timeline: [created, ...ended],
    ...fields,
  };
};
const granted = (orderId: string, own: Partial<Attempt> = {}): Attempt => ({
  ...{ buyerId: 'ann', replica: 0, ticketIds: ['t1'], sentAt: 90, answeredAt: 110, status: 201, orderId },
  ...own,
});
const refused = (own: Partial<Attempt> = {}): Attempt => ({
  ...{ buyerId: 'bob', replica: 1, ticketIds: ['t1'], sentAt: 90, answeredAt: 120 },
  ...{ status: 409, code: 'ticket_reserved' },
  ...own,
});
const letGo = (orderId: string, answeredAt: number) => ({
  orderId,
  sentAt: answeredAt - 10,
  answeredAt,
  status: 200,
});

/** Ann wins, lets go, and Bob wins then; a repeated request of his answers the same order. */
const clean = (): RoundEvidence => ({
  readAt: 1_000,
  attempts: [
    granted('o1'),
    refused(),
    granted('o2', { buyerId: 'bob', sentAt: 240, answeredAt: 260, key: 'k' }),
    granted('o2', { buyerId: 'bob', sentAt: 240, answeredAt: 265, key: 'k', status: 200, replica: 1 }),
  ],
  releases: [letGo('o1', 210)],
  orders: [
    order('o1', { until: 200 }),
    order('o2', { userId: 'bob', createdAt: 250, request: 'bob:k', timeline: [] }),
  ],
  wantedToTheEnd: ['t1'],
});

const broken = (evidence: RoundEvidence) =>
  Object.entries(CHECKS).flatMap(([name, check]) => (check(evidence).violations.length > 0 ? [name] : []));

describe('the judge of a race', () => {
  it('finds something to check for every check, and nothing wrong, in a clean round', () => {
    expect(broken(clean())).toEqual([]);
    for (const check of Object.values(CHECKS)) expect(check(clean()).checked).toBeGreaterThan(0);
  });

  const planted: [string, (evidence: RoundEvidence) => void, string[]][] = [
    [
      'a second order holds the ticket',
      ({ orders, attempts }) => {
        orders.push(order('o3', { createdAt: 250 }));
        attempts.push(granted('o3', { sentAt: 240, answeredAt: 270 }));
      },
      ['one live order per ticket', 'never two holders'],
    ],
    [
      'two held it at a time, although both have let it go',
      ({ orders, attempts, releases }) => {
        orders.push(order('o3', { userId: 'cat', until: 180 }));
        attempts.push(granted('o3', { buyerId: 'cat', answeredAt: 150 }));
        releases.push(letGo('o3', 190));
      },
      ['never two holders'],
    ],
    [
      'one of them long, across several others',
      ({ orders, attempts }) => {
        orders[0] = order('o1', { until: 500 });
        attempts[2] = granted('o2', { buyerId: 'bob', sentAt: 240, answeredAt: 260, key: 'k' });
      },
      ['never two holders'],
    ],
    [
      'the ticket was refused to all',
      (evidence) => {
        evidence.attempts = evidence.attempts.slice(0, 2);
        evidence.orders = evidence.orders.slice(0, 1);
      },
      ['one live order per ticket'],
    ],
    [
      'a granted order is not in the database',
      ({ orders }) => void orders.shift(),
      ['what was granted is there', 'a refusal had a holder', 'what was let go is free'],
    ],
    [
      'a granted order is of another ticket',
      ({ orders }) => {
        orders[0] = order('o1', { until: 200, items: [{ ticketId: 't2', price: 2_000 }] });
      },
      ['what was granted is there', 'a refusal had a holder'],
    ],
    [
      "a granted order is somebody else's",
      ({ orders }) => {
        orders[0] = order('o1', { until: 200, userId: 'eve' });
      },
      ['what was granted is there'],
    ],
    [
      'a refused request left an order',
      ({ orders }) => void orders.push(order('o3', { userId: 'bob', until: 130 })),
      ['what was refused left nothing'],
    ],
    [
      'a request was refused although the ticket was free',
      ({ attempts }) => void attempts.push(refused({ sentAt: 220, answeredAt: 240 })),
      ['a refusal had a holder'],
    ],
    [
      'one key made two orders',
      ({ orders, attempts }) => {
        orders.push(order('o3', { userId: 'bob', until: 245, request: 'bob:k' }));
        attempts.push(granted('o3', { buyerId: 'bob', answeredAt: 240, key: 'k' }));
      },
      ['one key, one order'],
    ],
    [
      'a repeat under one key answered 201 again',
      ({ attempts }) => {
        attempts[3] = { ...attempts[2], answeredAt: 270 } as Attempt;
      },
      ['one key, one order'],
    ],
    [
      'an order that was let go still holds',
      ({ orders }) => {
        orders[0] = order('o1', { until: 200, holds: ['t1'] });
      },
      ['what was let go is free'],
    ],
  ];
  it.each(planted)('tells that %s', (_what, plant, names) => {
    const evidence = clean();
    plant(evidence);
    expect(broken(evidence)).toEqual(names);
  });

  it('accuses nobody when a request without an answer made an order', () => {
    const evidence = clean();
    evidence.orders.push(order('o3', { userId: 'cat', until: 90 }));
    expect(broken(evidence)).toEqual(['what was refused left nothing']);
    evidence.attempts.push({ ...refused({ buyerId: 'cat', code: 'ECONNRESET' }), status: undefined });
    expect(broken(evidence)).toEqual([]);
  });
});

describe('the plan of a round', () => {
  const size = { buyers: 32, tickets: 24 };
  const wishes = planRound(1, 0, size).flatMap(({ heats }) => heats.flatMap((heat) => heat.wishes));

  it('is the same for the same seed and number, and another for another', () => {
    expect(planRound(1, 3, size)).toEqual(planRound(1, 3, size));
    expect(planRound(1, 3, size)).not.toEqual(planRound(1, 4, size));
    expect(planRound(2, 3, size)).not.toEqual(planRound(1, 3, size));
  });

  it('has every buyer in every heat, half of them at each replica', () => {
    for (const { heats } of planRound(1, 0, size))
      for (const heat of heats) expect(new Set(heat.wishes.map(({ buyer }) => buyer)).size).toBe(32);
    const first = wishes.filter(({ replica }) => replica === 0).length;
    expect(Math.abs(first / wishes.length - 0.5)).toBeLessThan(0.05);
  });

  it('sends each key to both replicas, sometimes for something else', () => {
    const pairs = new Map<string, typeof wishes>();
    for (const wish of wishes) if (wish.key) pairs.set(wish.key, [...(pairs.get(wish.key) ?? []), wish]);
    for (const pair of pairs.values()) expect(pair.map(({ replica }) => replica).sort()).toEqual([0, 1]);
    const misused = [...pairs.values()].filter(([a, b]) => `${a?.tickets.join()}` !== `${b?.tickets.join()}`);
    expect(pairs.size).toBeGreaterThan(100);
    expect(misused.length).toBeGreaterThan(0);
    expect(misused.length).toBeLessThan(pairs.size / 4);
  });

  it('has carts that overlap, and lets go at once, after all, and in the last heat only at the end', () => {
    expect(new Set(wishes.map(({ tickets }) => tickets.length))).toEqual(new Set([1, 2, 3]));
    for (const { tickets } of wishes) expect(new Set(tickets).size).toBe(tickets.length);
    for (const { heats } of planRound(1, 0, size)) {
      expect(heats.map(({ release }) => release).indexOf('at the end')).toBe(heats.length - 1);
    }
  });
});

describe('the progress of a race', () => {
  it('is read as it was written, is undefined before, and is not guessed at when it is broken', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gittix-race-'));
    const file = join(directory, 'deeper', 'progress.json');
    const written = emptyProgress({ startedAt: 'now', seed: 1, buyers: 32, tickets: 24 });
    expect(await loadProgress(file)).toBeUndefined();
    await writeJson(file, written);
    expect(await loadProgress(file)).toEqual(written);
    await writeJson(file, { ...written, attempts: -1 });
    await expect(loadProgress(file)).rejects.toThrow('--anew');
    await rm(directory, { recursive: true });
  });
});

describe('the options of a race', () => {
  it('are a million attempts of 32 buyers unless told otherwise', () => {
    expect(readRaceOptions([])).toMatchObject({ attempts: 1_000_000, buyers: 32, tickets: 24, seed: 1 });
  });

  it.each([
    ['--attempts', '0'],
    ['--buyers', '1'],
    ['--resume', '--anew'],
    ['--resume', '--without-index'],
  ])('refuse %s %s', (...args) => {
    expect(() => readRaceOptions(args)).toThrow();
  });
});
