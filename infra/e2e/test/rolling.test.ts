import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import mongoose from 'mongoose';
import { eventIds } from './support/events';
import { startGitTix, type GitTix } from './support/gittix';
import { Person } from './support/person';
import { poll } from './support/poll';
import { copyTree, FIELD, type Tree } from './support/release';
import { startShoppers, type Shoppers } from './support/shoppers';

const SHOPPERS = 4;
/** Half a minute on an idle machine; here others may use it. */
const LONGEST_MS = 480_000;
const SERVICES = ['auth', 'tickets', 'orders', 'payments', 'expiration'];
const REPLICAS = [...SERVICES, 'client'].flatMap((service) => [`${service}-1`, `${service}-2`]);
let tree: Tree;
let gittix: GitTix;

beforeAll(async () => {
  tree = await copyTree();
  gittix = await startGitTix({ root: tree.root, args: ['--replicas', '2'] });
}, 180_000);
afterAll(async () => {
  await gittix.stop();
  await tree.remove();
}, 180_000);

interface StoredOrder {
  _id: unknown;
  version: number;
  outbox: unknown[];
  request: string;
}

async function inOrders<T>(look: (orders: mongoose.mongo.Collection<StoredOrder>) => Promise<T>): Promise<T> {
  const { port } = gittix.process('mongod');
  const connection = await mongoose.createConnection(`mongodb://127.0.0.1:${port}/gittix-orders`).asPromise();
  try {
    return await look(connection.collection<StoredOrder>('orders'));
  } finally {
    await connection.close();
  }
}

/** Every order there is has all its events in the stream, and every acknowledged one is there. */
async function expectEveryOrderWithItsEvents(acknowledged: string[]): Promise<void> {
  const orders = await poll(
    () =>
      inOrders(async (collection) => {
        const all = await collection.find().toArray();
        return all.every(({ outbox }) => outbox.length === 0) ? all : undefined;
      }),
    { everyMs: 200, what: () => 'every outbox empty' },
  );
  const stored = new Set(orders.map(({ _id }) => String(_id)));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  const events = await eventIds(gittix, 'order');
  const expected = orders.flatMap(({ _id, version }) =>
    Array.from({ length: version + 1 }, (_, step) => `order.${String(_id)}.${step}`),
  );
  expect(expected.filter((id) => !events.has(id))).toEqual([]);
  // One request under its key made one order, however often it was sent.
  expect(new Set(orders.map(({ request }) => request)).size).toBe(orders.length);
}

function ask(...args: string[]): Promise<{ code: number | null; output: string }> {
  const main = ['--conditions=gittix-source', '--import', 'tsx', 'infra/local/src/main.ts', 'gittix'];
  const child = spawn(process.execPath, [...main, '--data', gittix.data, ...args], { cwd: tree.root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** Directory of the release that a process runs from. */
const releaseOf = (name: string) =>
  /gittix-releases\/(\w+)/.exec(readlinkSync(`/proc/${gittix.process(name).pid}/cwd`))?.[1];

const untilOrders = (shoppers: Shoppers, count: number) =>
  poll(() => shoppers.orders.length >= count, { timeoutMs: 120_000, what: () => `${count} orders` });

it(
  'rolls a populated release N to N+1 under load: no request fails, no order is without its event',
  async () => {
    const shoppers = startShoppers(gittix.url, SHOPPERS);
    await untilOrders(shoppers, 20);
    const before = new Map(gittix.processes().map(({ name, pid }) => [name, pid]));
    const releaseN = releaseOf('orders-1');

    await tree.addMigration();
    const roll = await ask('roll');
    expect(roll).toEqual({ code: 0, output: expect.stringContaining('client-2: replaced in') });
    const atEnd = shoppers.orders.length;
    await untilOrders(shoppers, atEnd + 5);
    await shoppers.stop();

    process.stdout.write(
      `${roll.output}${shoppers.answered} requests, failed: ${JSON.stringify(shoppers.failures)}, ${shoppers.orders.length} orders\n`,
    );
    expect(shoppers.failures).toEqual([]);
    expect(shoppers.lost).toEqual([]);
    await expectEveryOrderWithItsEvents(shoppers.orders);
    // All of N+1, under the same names; the servers are those from before.
    for (const name of REPLICAS) {
      expect(gittix.process(name).pid).not.toBe(before.get(name));
      expect(releaseOf(name)).not.toBe(releaseN);
    }
    expect(new Set(REPLICAS.map(releaseOf)).size).toBe(1);
    expect(
      gittix
        .processes()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...before.keys()].sort());
    for (const name of ['mongod', 'nats-server', 'redis-server']) {
      expect(gittix.process(name).pid).toBe(before.get(name));
    }
    // The migration of N+1 filled every order of N; what N still wrote beside it has none, as the rule says.
    expect((await ask('orders', 'migrate', '--list')).output).toMatch(/0002-ticket-count +done/);
    const filled = await inOrders((orders) => orders.countDocuments({ [FIELD]: 1 }));
    expect(filled).toBeGreaterThanOrEqual(20);
  },
  LONGEST_MS,
);

it(
  'fails no request and loses no order when a replica of each service and of the pages is killed under load',
  async () => {
    const shoppers = startShoppers(gittix.url, SHOPPERS);
    await untilOrders(shoppers, 8);
    for (const service of [...SERVICES, 'client']) {
      await gittix.killHard(`${service}-1`);
      await untilOrders(shoppers, shoppers.orders.length + 3);
    }
    await shoppers.stop();
    // A request that was inside the killed replica is sent to the other one, for under its key it has one effect.
    // Half an answer that had begun can't be taken back: its reader sees that it was cut short, and may ask again.
    const isCutShort = (line: string) => /^GET \S+ terminated$/.test(line);
    expect(shoppers.failures.filter((line) => !isCutShort(line))).toEqual([]);
    expect(shoppers.lost).toEqual([]);
    await expectEveryOrderWithItsEvents(shoppers.orders);
    process.stdout.write(
      `killed 6 processes: ${shoppers.answered} requests, cut short: ${JSON.stringify(shoppers.failures)}\n`,
    );
  },
  LONGEST_MS,
);

it('keeps the old process where the new release does not start', async () => {
  const before = gittix.process('expiration-1').pid;
  await tree.breakExpiration();
  const { code, output } = await ask('roll', 'expiration');
  expect(code).toBe(1);
  expect(output).toMatch(/the new expiration-1 was not ready \(.*\); the old one goes on/);
  expect(gittix.process('expiration-1').pid).toBe(before);
  expect((await (await Person.signedUp(gittix.url)).get('/api/orders')).status).toBe(200);
}, 240_000);
