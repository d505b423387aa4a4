import { setTimeout as delay } from 'node:timers/promises';
import { connectMongo } from '@gittix/common/mongo';
import { newId, silentLogger, testDatabase, waitFor } from '@gittix/common/testing';
import { nightModel } from '../../src/data/night-model';
import { orderCopyModel } from '../../src/data/order-model';
import { paymentModel } from '../../src/data/payment-model';
import type { CompareDeps } from '../../src/deps';
import { lastNight } from '../../src/domain/night';
import { startNightly } from '../../src/nightly';
import { claimNight, LEASE_MS, type NightDeps } from '../../src/use-cases/claim-night';
import type { Comparison } from '../../src/use-cases/compare-with-stripe';
import { intentOf, paymentFacts } from '../support/facts';

const HOUR = 3;
const at = (time: string) => new Date(`2026-11-${time}:00Z`);
let now = at('21T12:00');
let database: Awaited<ReturnType<typeof testDatabase>>;
let connection: Awaited<ReturnType<typeof connectMongo>>;
let deps: NightDeps;

beforeAll(async () => {
  database = await testDatabase();
  connection = await connectMongo(database.url, silentLogger);
  const nights = nightModel(connection);
  deps = { nights, now: () => now, newClaim: newId, logger: silentLogger };
});
afterAll(async () => {
  await connection.close();
  await database.close();
});
beforeEach(async () => {
  await deps.nights.deleteMany({});
  now = at('21T12:00');
});

/** A replica that comes by; answers how often the work was done in it. */
const replica = () => {
  const state = { runs: 0 };
  const come = (work: () => Promise<void> = () => Promise.resolve()) =>
    claimNight(deps, 'reconcile', HOUR, async () => {
      state.runs += 1;
      await work();
    });
  return { state, come };
};

describe('the hour of the night', () => {
  it.each([
    ['21T12:00', '21T03:00'],
    ['21T03:00', '21T03:00'],
    ['21T02:59', '20T03:00'],
    ['01T00:30', '2026-10-31T03:00:00.000Z'],
  ])('at %s was last at %s', (time, last) => {
    const expected = last.length > 8 ? new Date(last) : at(last);
    expect(lastNight(HOUR, at(time))).toEqual(expected);
  });
});

describe("the night's work", () => {
  it('is done first in the night to come, then once a night', async () => {
    const { state, come } = replica();
    expect(await come()).toBe(false);
    now = at('22T02:59');
    expect(await come()).toBe(false);
    now = at('22T03:00');
    expect(await come()).toBe(true);
    expect(await come()).toBe(false);
    now = at('23T08:00');
    expect(await come()).toBe(true);
    expect(state.runs).toBe(2);
  });

  it('is done by one of many replicas', async () => {
    const replicas = Array.from({ length: 8 }, replica);
    await Promise.all(replicas.map(({ come }) => come()));
    now = at('22T03:01');
    const done = await Promise.all(replicas.map(({ come }) => come(() => delay(20))));
    expect(done.filter(Boolean)).toHaveLength(1);
  });

  it('is taken over from a replica that died, when its claim has lapsed and no sooner', async () => {
    const [dead, other] = [replica(), replica()];
    await other.come();
    now = at('22T03:01');
    let die: (error: Error) => void = () => undefined;
    const dying = dead.come(() => new Promise<void>((_resolve, reject) => (die = reject)));
    await waitFor(() => dead.state.runs === 1);
    expect(await other.come()).toBe(false);
    die(new Error('killed'));
    await expect(dying).rejects.toThrow('killed');
    expect(await other.come()).toBe(false);
    now = new Date(now.getTime() + LEASE_MS + 1_000);
    expect(await other.come()).toBe(true);
    expect(await dead.come()).toBe(false);
  });

  it('is not taken from a replica that is still at it', async () => {
    const [slow, other] = [replica(), replica()];
    await other.come();
    now = at('22T03:01');
    let finish: () => void = () => undefined;
    const working = slow.come(() => new Promise<void>((resolve) => (finish = resolve)));
    // Its claim is seen in the database before it hears of that itself: not the claim tells that it is at work.
    await waitFor(() => slow.state.runs === 1);
    now = new Date(now.getTime() + LEASE_MS - 1_000);
    expect(await other.come()).toBe(false);
    finish();
    expect(await working).toBe(true);
    now = new Date(now.getTime() + LEASE_MS);
    expect(await other.come()).toBe(false);
  });
});

describe('the nightly comparison', () => {
  it('comes by itself, tells its figures once, and each difference as an error', async () => {
    const told: Comparison[] = [];
    const lines: unknown[][] = [];
    const logger = {
      ...silentLogger,
      info: (...line: unknown[]) => lines.push(['info', ...line]),
      error: (...line: unknown[]) => lines.push(['error', ...line]),
    } as unknown as NightDeps['logger'];
    const sinces: Date[] = [];
    const orphan = intentOf(paymentFacts(), 'requires_capture');
    const compareDeps: CompareDeps = {
      payments: paymentModel(connection),
      orders: orderCopyModel(connection),
      books: {
        since: (time) => {
          sinces.push(time);
          const page = (async function* () {
            yield await Promise.resolve([{ ...orphan, createdAt: now }]);
          })();
          return Promise.resolve({ intents: page, refunded: [] });
        },
      },
      stripe: { retrieve: () => Promise.resolve(orphan) } as unknown as CompareDeps['stripe'],
      reconciler: {} as CompareDeps['reconciler'],
      now: () => now,
      logger,
    };
    await deps.nights.create({ _id: 'reconcile', done: at('21T03:00'), claimedUntil: at('21T03:00') });
    now = at('22T03:00');
    const nightly = startNightly(
      { ...deps, ...compareDeps, logger },
      { hour: HOUR, everyMs: 5, onDone: (comparison) => told.push(comparison) },
    );
    await waitFor(async () => (await deps.nights.findById('reconcile'))?.done.getTime() === now.getTime());
    await nightly.stop();
    expect(told).toHaveLength(1);
    expect(sinces).toEqual([at('20T02:55')]);
    expect(lines).toMatchObject([
      ['error', { kind: 'orphan', intentId: orphan.id }, 'a payment needs a human'],
      ['info', { intents: 1, payments: 0, settled: 0, differences: 1 }, 'compared with stripe'],
    ]);
  });
});
