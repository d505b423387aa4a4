import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import { keepRelease } from '../src/build/release';
import { parseRoll } from '../src/operator/roll';
import { isAlive } from '../src/servers/processes';
import { askControl } from '../src/supervisor/control';
import { identityOf } from '../src/supervisor/identity';
import { endAll, entryOf, ready, runState, start } from './support/runs';

jest.setTimeout(180_000);

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'gittix-roll-'));
});
afterEach(async () => {
  await endAll(data);
  await rm(data, { recursive: true, force: true });
});

const said: string[] = [];
const roll = async (services: string[], code: string) => {
  said.length = 0;
  const { control = '' } = await runState(data);
  await askControl(control, { roll: services, code }, (line) => said.push(line));
};
const names = async () => (await runState(data)).processes.map(({ name }) => name);

/**
 * Asks again and again over kept connections until told to stop; answers who answered, and every failure, and by whom else
 * than release 2 what was asked after that had answered for the first time.
 */
function load(url: string) {
  const agent = new Agent({ keepAlive: true });
  const outcomes: string[] = [];
  const outdated: string[] = [];
  let hasNew = false;
  let busy = true;
  const ask = () =>
    new Promise<string>((resolve) => {
      get(url, { agent }, (res) => {
        let body = '';
        res.on('data', (chunk: Buffer) => (body += chunk.toString()));
        res.on('end', () =>
          resolve(res.statusCode === 200 ? (JSON.parse(body) as { release: string }).release : body),
        );
      }).on('error', (error) => resolve(error.message));
    });
  const asker = async () => {
    while (busy) {
      const askedNew = hasNew;
      const outcome = await ask();
      outcomes.push(outcome);
      if (outcome === 'release-2') hasNew = true;
      else if (askedNew) outdated.push(outcome);
    }
  };
  const askers = Array.from({ length: 8 }, asker);
  return {
    outcomes,
    outdated,
    stop: async () => {
      busy = false;
      await Promise.all(askers);
      agent.destroy();
    },
  };
}

describe('a rolling update', () => {
  it('replaces processes one by one; every request is answered, and servers stay', async () => {
    await ready(start(data));
    const before = await runState(data);
    const broker = await entryOf(data, 'nats-server');
    const askers = [load(`${before.url}/api/users/x`), load(`${before.url}/`)];
    const haveHeardOf = (release: string) =>
      waitFor(() => askers.every(({ outcomes }) => outcomes.includes(release)), {
        what: `${release} to answer`,
        timeoutMs: 60_000,
      });
    await haveHeardOf('release-1');
    await roll(['auth', 'client'], 'release-2');
    await haveHeardOf('release-2');
    await Promise.all(askers.map(({ stop }) => stop()));
    for (const { outcomes, outdated } of askers) {
      expect(new Set(outcomes)).toEqual(new Set(['release-1', 'release-2']));
      // Once the new one answers, the old one does no more than finish what it had.
      expect(outdated).toEqual([]);
    }
    expect(said).toEqual([
      expect.stringMatching(/^auth-1: replaced in \d/),
      expect.stringMatching(/^client-1: replaced in \d/),
    ]);
    expect(await names()).toEqual(['proxy', 'nats-server', 'auth-1', 'client-1']);
    expect(await entryOf(data, 'nats-server')).toEqual(broker);
    for (const name of ['auth-1', 'client-1']) {
      const old = before.processes.find((one) => one.name === name);
      const present = await entryOf(data, name);
      expect(present.pid).not.toBe(old?.pid);
      expect(isAlive(old?.pid ?? 0)).toBe(false);
      expect(present.log).toBe(join(data, `logs/${name}.roll-1.log`));
    }
    const journal = (await readFile(join(data, 'journal'), 'utf8')).trim().split('\n');
    const auth = journal.filter((line) => line.startsWith('auth-1'));
    expect(auth).toEqual(['auth-1 up', 'auth-1 up', 'auth-1 down']);
  });

  it('leaves the old process where the new one does not start, says why, and can be done again', async () => {
    await ready(start(data));
    const before = await entryOf(data, 'auth-1');
    await expect(roll(['auth', 'client'], 'broken')).rejects.toThrow(
      /^the new auth-1 was not ready \(it ended; log: .*auth-1\.roll-1\.log\); the old one goes on$/,
    );
    expect(await names()).toEqual(['proxy', 'nats-server', 'auth-1', 'client-1']);
    expect(await entryOf(data, 'auth-1')).toEqual(before);
    expect(said).toEqual([]);
    await roll(['auth'], 'release-2');
    expect((await entryOf(data, 'auth-1')).pid).not.toBe(before.pid);
  });

  it('is one at a time', async () => {
    await ready(start(data));
    const gate = join(data, 'gate');
    const first = roll(['auth'], `behind:${gate}`);
    await waitFor(async () => (await names()).includes('auth-1-next'), {
      what: 'the first to be under way',
      timeoutMs: 60_000,
    });
    await expect(roll(['client'], 'release-2')).rejects.toThrow(/^another rolling update is under way$/);
    await writeFile(gate, '');
    await first;
  });

  it('ends with the run, which leaves nothing behind', async () => {
    const run = start(data);
    await ready(run);
    const { control = '' } = await runState(data);
    expect((await stat(control)).mode & 0o777).toBe(0o600);
    const rolling = expect(roll(['auth', 'client'], 'release-2')).rejects.toThrow();
    run.process.kill('SIGTERM');
    await rolling;
    expect(await run.ended).toBe(0);
    expect(existsSync(control)).toBe(false);
    const journal = (await readFile(join(data, 'journal'), 'utf8')).trim().split('\n');
    expect(journal.at(-1)).toBe('nats-server down');
  });

  it('takes only what there is', () => {
    expect(parseRoll([])).toEqual(['auth', 'tickets', 'orders', 'payments', 'expiration', 'client']);
    expect(parseRoll(['client', 'orders', 'client'])).toEqual(['orders', 'client']);
    expect(() => parseRoll(['mongod'])).toThrow('"mongod" is none of auth, tickets');
  });
});

describe('a release', () => {
  const put = async (path: string, content: string) => {
    await mkdir(join(data, path, '..'), { recursive: true });
    await writeFile(join(data, path), content);
  };
  /** As a build leaves it. */
  const build = async (version: string) => {
    await put(
      'tsconfig.build.json',
      '{ "references": [{ "path": "common/tsconfig.build.json" }, { "path": "orders/tsconfig.build.json" }] }',
    );
    for (const part of ['common', 'orders']) {
      await put(`${part}/package.json`, JSON.stringify({ name: `@gittix/${part}` }));
      await put(`${part}/dist/index.js`, `module.exports = '${version}'`);
      await put(`${part}/dist/.built-from`, `${version}\n`);
    }
    await put('client/.next/standalone/client/server.js', version);
    await put('client/.next/standalone/.built-from', `${version}\n`);
  };
  const keep = async (pid = process.pid) => keepRelease(data, { pid, identity: await identityOf(pid) });

  it('is not changed by the next build, and imports what belongs to it', async () => {
    await build('one');
    const first = await keep();
    expect(await keep()).toBe(first);
    await build('two');
    const second = await keep();
    expect(second).not.toBe(first);
    const versions = await Promise.all(
      [first, second].map(async (release) => ({
        service: await readFile(join(release, 'node_modules/@gittix/common/dist/index.js'), 'utf8'),
        pages: await readFile(join(release, 'client/.next/standalone/client/server.js'), 'utf8'),
      })),
    );
    expect(versions).toEqual([
      { service: "module.exports = 'one'", pages: 'one' },
      { service: "module.exports = 'two'", pages: 'two' },
    ]);
  });

  it('is removed at the next one, when no process that used it lives', async () => {
    await build('one');
    const first = await keepRelease(data, {
      pid: process.pid,
      identity: 'of an earlier process with this id',
    });
    await build('two');
    const second = await keep();
    expect([first, second].map(existsSync)).toEqual([false, true]);
  });

  it('is refused where a build is not whole', async () => {
    await build('one');
    await rm(join(data, 'client/.next/standalone/.built-from'));
    await expect(keep()).rejects.toThrow(
      'there is no whole build: client/.next/standalone/.built-from is missing',
    );
  });
});
