import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { brokerOf } from './support/broker';
import { isAlive, startGitTix, type GitTix } from './support/gittix';
import { Person } from './support/person';
import { poll } from './support/poll';

const TTL_SECONDS = 5;
const SERVICES = ['auth-1', 'tickets-1', 'orders-1', 'payments-1', 'expiration-1'];
let gittix: GitTix;
let seller: Person;
let buyer: Person;
let brokerKills = 0;

beforeAll(async () => {
  gittix = await startGitTix({ env: { ORDER_TTL_SECONDS: String(TTL_SECONDS) } });
  [seller, buyer] = (await Promise.all([1, 2].map(() => Person.signedUp(gittix.url)))) as [Person, Person];
}, 300_000);
afterAll(() => gittix.stop());

/** Lists tickets, eight at a time, for as long as told; answers with the ids that were acknowledged. */
async function listWhile(work: Promise<unknown>, least: number): Promise<string[]> {
  const acknowledged: string[] = [];
  let busy = true;
  const lister = async () => {
    while (busy || acknowledged.length < least) {
      const answer = await seller
        .post('/api/tickets', { title: `Load ${randomUUID()}`, price: { amount: 500, currency: 'usd' } })
        .catch(() => undefined);
      if (answer?.status === 201) acknowledged.push(answer.body.id);
      else await delay(100);
    }
  };
  const listers = Array.from({ length: 8 }, lister);
  await work.finally(() => (busy = false));
  await Promise.all(listers);
  return acknowledged;
}

const SOON_MS = 10_000;
/** Every acknowledged ticket can be ordered in time: known to orders, and by no fault taken. */
async function expectAllOrderable(ids: string[]): Promise<void> {
  const missing = new Set(ids);
  const tryEach = async (some: Iterator<string>) => {
    for (let next = some.next(); !next.done; next = some.next()) {
      const answer = await buyer.reserves(next.value).catch(() => undefined);
      if (answer?.status === 201) missing.delete(next.value);
    }
  };
  await poll(
    async () => {
      const all = [...missing].values();
      await Promise.all(Array.from({ length: 8 }, () => tryEach(all)));
      return missing.size === 0;
    },
    { timeoutMs: SOON_MS, what: () => `orders for ${[...missing].join(', ')}` },
  );
}

describe('an unpaid order', () => {
  it('expires between 5 and 7 s, and its ticket is free again', async () => {
    const ticket = await seller.lists();
    const lives: number[] = [];
    // A machine that stands still for a moment makes one late, not both.
    for (const _each of [1, 2]) {
      const order = (await buyer.reserves(ticket.id)).body;
      await poll(async () => (await buyer.get(`/api/orders/${order.id}`)).body.status === 'expired');
      const { timeline } = (await buyer.get(`/api/orders/${order.id}`)).body;
      lives.push(Date.parse(timeline.at(-1).at) - Date.parse(order.createdAt));
    }
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(TTL_SECONDS * 1000);
    expect(Math.min(...lives)).toBeLessThan(7_000);
    // What is promised of each.
    expect(Math.max(...lives)).toBeLessThan(TTL_SECONDS * 1000 + 10_000);
    await poll(async () => (await buyer.get(`/api/tickets/${ticket.id}`)).body.status === 'available');
  });

  it('expires even when Redis forgets everything', async () => {
    const ticket = await seller.lists();
    const order = (await buyer.reserves(ticket.id)).body;
    const redis = new Redis(gittix.process('redis-server').port, '127.0.0.1', { lazyConnect: true });
    await redis.connect();
    await redis.flushall();
    redis.disconnect();
    await poll(async () => (await buyer.get(`/api/orders/${order.id}`)).body.status === 'expired');
    expect((await buyer.reserves(ticket.id)).status).toBe(201);
  });
});

describe('kill -9', () => {
  it('of the broker, away for 5 s while 100 tickets are listed, loses none', async () => {
    const away = gittix.keepDown(brokerOf(gittix), 5_000);
    const ids = await listWhile(Promise.resolve(), 100);
    expect(ids.length).toBeGreaterThanOrEqual(100);
    brokerKills = await away;
    await expectAllOrderable(ids);
  }, 180_000);

  it.each(SERVICES)(
    'of %s under load loses nothing, and it comes back',
    async (name) => {
      const ids = await listWhile(gittix.killHard(name), 20);
      await expectAllOrderable(ids.slice(-40));
      expect(gittix.process(name).restarts).toBeGreaterThan(0);
    },
    180_000,
  );

  it('of the database loses no acknowledged ticket', async () => {
    const ids = await listWhile(gittix.killHard('mongod'), 20);
    await poll(async () => (await buyer.get('/api/tickets')).status === 200);
    for (const id of ids) expect((await buyer.get(`/api/tickets/${id}`)).status).toBe(200);
    await expectAllOrderable(ids.slice(-20));
  }, 180_000);
});

describe('the run as a whole', () => {
  it('had no process that ended by itself, nor one that logged a fatal error', async () => {
    const killed = {
      [brokerOf(gittix)]: brokerKills,
      mongod: 1,
      ...Object.fromEntries(SERVICES.map((name) => [name, 1])),
    };
    for (const { name, restarts, log } of gittix.processes()) {
      expect([name, restarts]).toEqual([name, (killed as Record<string, number>)[name] ?? 0]);
      if (log) expect(await readFile(log, 'utf8')).not.toContain('"level":"fatal"');
    }
  });

  it('leaves no process behind on SIGTERM', async () => {
    const pids = gittix.processes().map(({ pid }) => pid);
    expect(pids.every(isAlive)).toBe(true);
    await gittix.stop();
    await poll(() => !pids.some(isAlive), { what: () => `all of ${pids.join(', ')} gone` });
  }, 60_000);
});
