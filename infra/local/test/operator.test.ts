import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callsFor, splitData } from '../src/operator/calls';
import { findInstance } from '../src/operator/instance';
import { identityOf } from '../src/supervisor/identity';
import { loadSecrets } from '../src/supervisor/secrets';

const ROOT = join(__dirname, '../../..');
const words = (line: string) => {
  const split = splitData(line.split(' ').filter((word) => word !== ''));
  return { data: split.data, calls: callsFor(split.words) };
};
const callsOf = (line: string) => words(line).calls.map(({ service, args }) => [service, ...args].join(' '));

describe('the words of gittix', () => {
  it.each([
    ['dead-letters list orders', ['orders dead-letters list']],
    ['dead-letters list orders --limit 5', ['orders dead-letters list --limit 5']],
    [
      'dead-letters list --limit 5',
      ['auth', 'tickets', 'orders', 'payments', 'expiration'].map(
        (name) => `${name} dead-letters list --limit 5`,
      ),
    ],
    ['dead-letters show payments payments:order.1.0', ['payments dead-letters show payments:order.1.0']],
    ['dead-letters replay expiration --all', ['expiration dead-letters replay --all']],
    ['dead-letters drop auth x', ['auth dead-letters drop x']],
    ['republish', ['auth republish', 'tickets republish', 'orders republish', 'payments republish']],
    ['republish tickets', ['tickets republish']],
    ['users grant ada@example.org admin', ['auth users grant ada@example.org admin']],
    ['payments whatever it can', ['payments whatever it can']],
  ])('%s', (line, calls) => {
    expect(callsOf(line)).toEqual(calls);
  });

  it('take the directory wherever it stands, and keep it to themselves', () => {
    for (const line of [
      '--data /tmp/x republish orders',
      'republish --data=/tmp/x orders',
      'republish orders --data /tmp/x',
    ]) {
      expect(words(line)).toEqual({ data: '/tmp/x', calls: [{ service: 'orders', args: ['republish'] }] });
    }
    expect(words('republish orders').data).toBe('.gittix');
  });

  it.each([
    ['', /Say what to do: dead-letters, republish, users/],
    ['celebrate', /There is no command "celebrate"/],
    ['dead-letters', /list, show, replay or drop/],
    ['dead-letters list everywhere', /"everywhere" is none of auth, tickets/],
    ['dead-letters drop', /needs a service and an id/],
    ['republish expiration', /"expiration" is none of auth, tickets, orders, payments/],
    ['republish --data', /--data needs a directory/],
  ])('%j is refused with the reason', (line, reason) => {
    expect(() => words(line)).toThrow(reason);
  });
});

describe('the instance', () => {
  let data: string;
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'gittix-operator-'));
    await mkdir(join(data, 'data'));
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  });

  const entry = (name: string, port: number, url: string) => ({
    name,
    pid: 1,
    port,
    internalPort: null,
    url,
    log: '',
    restarts: 0,
  });
  const servers = [
    entry('mongod', 101, 'mongodb://127.0.0.1:101'),
    entry('nats-server', 102, 'nats://127.0.0.1:102'),
    entry('redis-server', 103, 'redis://127.0.0.1:103'),
  ];
  const emulator = entry('stripe-emulator', 104, 'http://127.0.0.1:104');
  const writeRun = async (processes: object[], identity?: string) =>
    writeFile(
      join(data, 'run.json'),
      JSON.stringify({
        url: 'http://127.0.0.1:3000',
        pid: child.pid,
        identity: identity ?? (await identityOf(child.pid ?? 0)),
        startedAt: 'now',
        processes,
      }),
    );
  const find = (env: NodeJS.ProcessEnv = {}, settings = {}) =>
    findInstance({ root: ROOT, data, env, settings });

  it('gives each service the environment that the supervisor gives it', async () => {
    await writeRun([...servers, emulator]);
    const { signingKey, stripe } = await loadSecrets(join(data, 'data/keys.json'));
    const instance = await find({ HOME: '/home/ada' });
    expect(instance.environmentOf('orders')).toMatchObject({
      HOME: '/home/ada',
      MONGO_URL: 'mongodb://127.0.0.1:101/gittix-orders',
      NATS_URL: 'nats://127.0.0.1:102',
    });
    expect(instance.environmentOf('auth')).toMatchObject({ JWT_PRIVATE_KEY: JSON.stringify(signingKey) });
    expect(instance.environmentOf('expiration')).toMatchObject({ REDIS_URL: 'redis://127.0.0.1:103' });
    expect(instance.environmentOf('payments')).toMatchObject({
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_API_URL: 'http://127.0.0.1:104',
    });
  });

  it('knows the broker it runs with', async () => {
    await writeRun([
      ...servers.filter(({ name }) => name !== 'nats-server'),
      emulator,
      entry('nats-streaming-server', 105, 'nats://127.0.0.1:105'),
    ]);
    expect((await find()).environmentOf('orders')).toMatchObject({
      BUS: 'stan',
      NATS_URL: 'nats://127.0.0.1:105',
    });
  });

  it('takes from the settings what npm start was given by them, and asks for what is missing', async () => {
    await writeRun(servers.slice(1));
    await expect(find()).rejects.toThrow(/mongod is not among the processes[^]*MONGO_URL/);
    const instance = await find({ MONGO_URL: 'mongodb://db.example:27017' });
    expect(instance.environmentOf('auth')).toMatchObject({
      MONGO_URL: 'mongodb://db.example:27017/gittix-auth',
    });
    expect(() => instance.environmentOf('payments')).toThrow(/STRIPE_SECRET_KEY/);
  });

  it('is none when nothing runs there', async () => {
    await writeRun(servers, 'another process with the same id');
    await expect(find()).rejects.toThrow(/No GitTix runs with its data in .*gittix-operator/);
    const nowhere = findInstance({ root: ROOT, data: join(data, 'nowhere'), env: {}, settings: {} });
    await expect(nowhere).rejects.toThrow(/npm start[^]*--data DIR/);
  });

  it('is asked for on the command line, which says what is wrong in words', async () => {
    const main = ['--conditions=gittix-source', '--import', 'tsx', join(ROOT, 'infra/local/src/main.ts')];
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [...main, 'gittix', ...args], { cwd: ROOT }).then(
        ({ stdout }) => ({ code: 0, text: stdout }),
        (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
      );
    expect(await run('--help')).toMatchObject({
      code: 0,
      text: expect.stringMatching(/dead-letters replay/),
    });
    expect(await run('republish', '--data', join(data, 'nowhere'))).toEqual({
      code: 1,
      text: expect.stringMatching(/^\nNo GitTix runs/),
    });
    expect((await run('celebrate')).code).toBe(2);
  }, 180_000);
});
