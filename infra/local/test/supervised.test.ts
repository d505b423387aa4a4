import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import { isAlive } from '../src/servers/processes';
import { identityOf } from '../src/supervisor/identity';
import { type ProcessSpec, Supervised } from '../src/supervisor/supervised';

jest.setTimeout(120_000);
/** Programs start slowly where others do, too. */
const SLOWLY = 60_000;
const TIMES = { firstMs: 20, longestMs: 100, healthyMs: 60_000 };

let directory: string;
let said: string[];
const open: Supervised[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gittix-supervised-'));
  said = [];
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.kill();
  await rm(directory, { recursive: true, force: true });
});

function supervise(
  script: string,
  spec: Partial<ProcessSpec> = {},
  times = TIMES,
  onChange: (one: Supervised) => void = () => undefined,
): Supervised {
  const one: Supervised = new Supervised(
    {
      name: 'thing',
      command: process.execPath,
      args: ['-e', script],
      cwd: directory,
      env: process.env,
      port: null,
      internalPort: null,
      url: null,
      log: join(directory, 'thing.log'),
      stopMs: 5_000,
      isReady: () => Promise.resolve(true),
      ...spec,
    },
    { say: (line) => said.push(line), onChange: () => onChange(one) },
    times,
  );
  open.push(one);
  one.start();
  return one;
}

const delays = () => said.map((line) => Number(/again in ([\d.]+) s/.exec(line)?.[1]));
const log = () => readFile(join(directory, 'thing.log'), 'utf8').catch(() => '');

describe('a supervised process', () => {
  it('is started again with growing delay when it ends by itself, and every time it is said with its last words', async () => {
    const one = supervise('console.log("out of coffee"); process.exit(3)');
    await waitFor(() => said.length >= 5, { what: 'five ends', timeoutMs: SLOWLY });
    expect(delays().slice(0, 5)).toEqual([0.02, 0.04, 0.08, 0.1, 0.1]);
    expect(said[0]).toMatch(/^thing ended with code 3; .*thing\.log\)\n {4}out of coffee$/);
    expect(one.restarts).toBeGreaterThanOrEqual(4);
  });

  it('has its own last words told, and not those of the next one, however late we come to it', async () => {
    const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    const linesLogged = () => readFileSync(join(directory, 'thing.log'), 'utf8').split('\n').length - 1;
    supervise('console.log("it was " + process.pid); process.exit(3)', {}, TIMES, (one) => {
      // After the first end for longer than the delay, and after the second start until that one has spoken.
      if (one.entry === undefined) pause(2 * TIMES.firstMs);
      else while (one.restarts === 1 && linesLogged() < 2) pause(10);
    });
    await waitFor(() => said.length >= 1, { what: 'an end', timeoutMs: SLOWLY });
    expect(said[0]).toMatch(/^thing ended with code 3; .*thing\.log\)\n {4}it was \d+$/);
  });

  it('says so when its log is gone, and is started again all the same', async () => {
    const script = 'require("fs").rmSync("thing.log"); process.exit(3)';
    supervise(script);
    await waitFor(() => said.length >= 2, { what: 'two ends', timeoutMs: SLOWLY });
    expect(said[0]).toMatch(/^thing ended with code 3; .*\n {4}ENOENT: no such file/);
  });

  it('begins with the shortest delay again after it ran well for a while', async () => {
    supervise('setTimeout(() => process.exit(1), 150)', {}, { ...TIMES, healthyMs: 100 });
    await waitFor(() => said.length >= 3, { what: 'three ends', timeoutMs: SLOWLY });
    expect(delays().slice(0, 3)).toEqual([0.02, 0.02, 0.02]);
  });

  it('is told about when it cannot even be started', async () => {
    supervise('', { command: join(directory, 'no-such-program') });
    await waitFor(() => said.length >= 2, { what: 'two tries', timeoutMs: SLOWLY });
    expect(said[0]).toMatch(/^thing could not be started \(spawn .*ENOENT\)/);
  });

  it('is not started again once it was stopped', async () => {
    const one = supervise(
      'console.log("up"); process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)',
    );
    await waitFor(async () => (await log()).includes('up'), { what: 'the start', timeoutMs: SLOWLY });
    const pid = one.entry?.pid ?? 0;
    await one.stop();
    expect(isAlive(pid)).toBe(false);
    expect(one.entry).toBeUndefined();
    expect(said).toEqual([]);
  });

  it('is killed, which is said, when it does not stop', async () => {
    const script = 'process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)';
    const one = supervise(script, { stopMs: 100 });
    await waitFor(async () => (await log()).includes('up'), { what: 'the start', timeoutMs: SLOWLY });
    const pid = one.entry?.pid ?? 0;
    await one.stop();
    expect(isAlive(pid)).toBe(false);
    expect(said).toEqual(['thing did not stop within 0.1 s and was killed']);
  });

  it('takes its own children with it', async () => {
    const script = `
      const child = require('child_process').spawn('sleep', ['300'], { stdio: 'ignore' });
      console.log('child ' + child.pid);
      setInterval(() => {}, 1000)`;
    const one = supervise(script);
    const child = await waitFor(async () => Number(/child (\d+)/.exec(await log())?.[1] ?? 0), {
      what: 'the child',
      timeoutMs: SLOWLY,
    });
    process.kill(one.entry?.pid ?? 0, 'SIGKILL');
    await waitFor(() => said.length > 0, { what: 'the end', timeoutMs: SLOWLY });
    // A killed orphan may stay a zombie where nobody collects it; it has no identity any more.
    await waitFor(async () => (await identityOf(child)) === undefined, {
      what: 'the child to be gone',
      timeoutMs: SLOWLY,
    });
  });
});
