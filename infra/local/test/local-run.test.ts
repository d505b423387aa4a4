import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import { isAlive } from '../src/servers/processes';
import { identityOf } from '../src/supervisor/identity';
import { listen } from './support/http';
import { endAll, entryOf, ready, runState, start } from './support/runs';

jest.setTimeout(180_000);

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'gittix-run-'));
});
afterEach(async () => {
  await endAll(data);
  await rm(data, { recursive: true, force: true });
});

const journal = async () => (await readFile(join(data, 'journal'), 'utf8')).trim().split('\n');
const pids = async () => (await runState(data)).processes.map(({ pid }) => pid);

describe('a run', () => {
  it('serves everything at one address and lists its processes in run.json', async () => {
    const run = start(data);
    await ready(run);
    const state = await runState(data);
    expect(state.pid).toBe(run.process.pid);
    expect(run.output()).toContain(`ready at ${state.url}`);
    expect(state.processes.map(({ name }) => name)).toEqual(['proxy', 'nats-server', 'auth-1', 'client-1']);
    const auth = await entryOf(data, 'auth-1');
    await expect((await fetch(`${state.url}/api/users/x`)).json()).resolves.toEqual({
      name: 'auth-1',
      pid: auth.pid,
      release: 'release-1',
    });
    await expect((await fetch(`${state.url}/`)).json()).resolves.toMatchObject({ name: 'client-1' });
    expect((await fetch(`${state.url}/api/orders`)).status).toBe(503);
    expect(auth).toMatchObject({
      url: `http://127.0.0.1:${auth.port}`,
      restarts: 0,
      log: join(data, 'logs/auth-1.log'),
    });
  });

  it('starts what was killed again, on the same port, and keeps run.json current', async () => {
    const run = start(data);
    await ready(run);
    const { url } = await runState(data);
    for (const name of ['auth-1', 'nats-server']) {
      const before = await entryOf(data, name);
      process.kill(before.pid, 'SIGKILL');
      const after = await waitFor(
        async () => {
          const entry = await entryOf(data, name);
          return entry.restarts === 1 ? entry : undefined;
        },
        { what: `${name} to be back`, timeoutMs: 60_000 },
      );
      expect(after.port).toBe(before.port);
      expect(after.pid).not.toBe(before.pid);
      expect(run.output()).toContain(`${name} ended with SIGKILL; starting it again in 0.25 s`);
    }
    await waitFor(async () => (await fetch(`${url}/api/users`)).status === 200, {
      what: 'auth to answer',
      timeoutMs: 60_000,
    });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'stops services, then servers, on %s, and leaves nothing behind',
    async (signal) => {
      const run = start(data);
      await ready(run);
      const all = await pids();
      run.process.kill(signal);
      await expect(run.ended).resolves.toBe(0);
      expect(all.filter(isAlive)).toEqual([]);
      expect(existsSync(join(data, 'run.json'))).toBe(false);
      const ends = (await journal()).filter((line) => line.endsWith(' down'));
      expect(ends).toHaveLength(3);
      expect(ends.at(-1)).toBe('nats-server down');
    },
  );

  it('stops at once on the second signal', async () => {
    const run = start(data, ['--port', '0'], { IGNORE_SIGTERM: '1' });
    await ready(run);
    const all = await pids();
    run.process.kill('SIGTERM');
    await waitFor(() => run.output().includes('SIGTERM: stopping'), {
      what: 'the stop to begin',
      timeoutMs: 60_000,
    });
    run.process.kill('SIGTERM');
    await expect(run.ended).resolves.toBe(0);
    expect(run.output()).not.toContain('did not stop within');
    expect(all.filter(isAlive)).toEqual([]);
  });

  it('stops in the middle of its start as well', async () => {
    const run = start(data);
    await waitFor(() => existsSync(join(data, 'run.json')), {
      what: 'the first process',
      timeoutMs: 60_000,
      everyMs: 2,
    });
    run.process.kill('SIGTERM');
    await expect(run.ended).resolves.toBe(0);
    expect(existsSync(join(data, 'run.json'))).toBe(false);
  });
});

describe('a second start', () => {
  it('with the same data says that GitTix is running already, and where', async () => {
    const first = start(data);
    await ready(first);
    const { url } = await runState(data);
    const second = start(data);
    await expect(second.ended).resolves.toBe(1);
    expect(second.output()).toContain(
      `GitTix is running already at ${url} with these data (process ${first.process.pid})`,
    );
    expect((await runState(data)).pid).toBe(first.process.pid);
  });

  it('on a taken port says by whom', async () => {
    const { port, close } = await listen((_req, res) => res.end());
    const run = start(data, ['--port', String(port)]);
    await expect(run.ended).resolves.toBe(1);
    await close();
    expect(run.output()).toMatch(
      new RegExp(`Port ${port} is taken by process ${process.pid} \\(.*\\). Stop it, or choose`),
    );
    expect(existsSync(join(data, 'run.json'))).toBe(false);
  });

  it('after kill -9 ends what the first one left, and goes on', async () => {
    const first = start(data);
    await ready(first);
    const left = (await pids()).filter((pid) => pid !== first.process.pid);
    first.process.kill('SIGKILL');
    await first.ended;
    expect(left.filter(isAlive)).toEqual(left);
    const second = start(data);
    await ready(second);
    // What was orphaned may stay a zombie where nobody collects it; it does not run any more.
    expect(await Promise.all(left.map(identityOf))).toEqual(left.map(() => undefined));
    expect(second.output()).toMatch(
      /the run before was killed; ending what it left: nats-server \(\d+\), auth-1 \(\d+\)/,
    );
  });

  it('never ends a process that only has the same id as one of ours had', async () => {
    const bystander = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
    const pid = bystander.pid ?? 0;
    const entry = {
      name: 'auth-1',
      pid,
      port: 1,
      internalPort: null,
      url: null,
      log: '',
      restarts: 0,
      identity: 'earlier:1',
    };
    await mkdir(data, { recursive: true });
    await writeFile(
      join(data, 'run.json'),
      JSON.stringify({ url: 'http://x', pid, identity: 'earlier:1', startedAt: '', processes: [entry] }),
    );
    await ready(start(data));
    expect(isAlive(pid)).toBe(true);
    const gone = once(bystander, 'exit');
    bystander.kill('SIGKILL');
    await gone;
  });
});

describe('data', () => {
  it('stay, unless --reset: that empties data and nothing else; keys are for the owner only', async () => {
    const keys = join(data, 'data/keys.json');
    const startAndStop = async (args: string[]) => {
      const run = start(data, ['--port', '0', ...args]);
      await ready(run);
      run.process.kill('SIGTERM');
      await run.ended;
      return readFile(keys, 'utf8');
    };
    const first = await startAndStop([]);
    expect((await stat(keys)).mode & 0o777).toBe(0o600);
    await writeFile(join(data, 'logs/mine.log'), 'kept');
    await expect(startAndStop([])).resolves.toBe(first);
    await expect(startAndStop(['--reset'])).resolves.not.toBe(first);
    expect(existsSync(join(data, 'logs/mine.log'))).toBe(true);
    expect(existsSync(join(data, 'logs/auth-1.log.previous'))).toBe(true);
  });
});
