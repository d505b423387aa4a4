import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOnce } from '../src/servers/cache';
import { lock } from '../src/servers/lock';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'gittix-cache-'));
});
afterEach(() => rm(cache, { recursive: true, force: true }));

describe('makeOnce', () => {
  it('makes once when two want it at the same time, and never shows half of it', async () => {
    const said: string[] = [];
    let made = 0;
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const want = () =>
      makeOnce(
        cache,
        'thing-1',
        (line) => {
          said.push(line);
          release();
        },
        async (directory) => {
          made += 1;
          await writeFile(join(directory, 'file'), 'whole');
          expect(existsSync(join(cache, 'thing-1'))).toBe(false);
          await released;
        },
      );
    const [first, second] = await Promise.all([want(), want()]);
    expect(first).toBe(second);
    expect(made).toBe(1);
    expect(said).toEqual([`process ${process.pid} is making it already; waiting`]);
    await expect(readFile(join(first, 'file'), 'utf8')).resolves.toBe('whole');
    await expect(readdir(cache)).resolves.toEqual(['thing-1']);
  });

  it('leaves nothing behind when making fails, so that the next try begins anew', async () => {
    const failing = makeOnce(
      cache,
      'thing-1',
      () => undefined,
      () => Promise.reject(new Error('no disk')),
    );
    await expect(failing).rejects.toThrow('no disk');
    await expect(readdir(cache)).resolves.toEqual([]);
  });

  it('takes over the lock of a process that is gone', async () => {
    await mkdir(join(cache, 'thing-1.lock'));
    await writeFile(join(cache, 'thing-1.lock/pid'), '999999999');
    await makeOnce(
      cache,
      'thing-1',
      () => undefined,
      () => Promise.resolve(),
    );
    await expect(readdir(cache)).resolves.toEqual(['thing-1']);
  });
});

describe('a lock', () => {
  it.each([
    ['before', []],
    ['while', ['']],
  ])('of one who was killed %s saying whose it is goes to the next', async (_when, pids) => {
    const path = join(cache, 'thing.lock');
    await mkdir(path);
    for (const pid of pids) await writeFile(join(path, 'pid'), pid);
    const unlock = await lock(path, () => undefined);
    await expect(readFile(join(path, 'pid'), 'utf8')).resolves.toBe(String(process.pid));
    await unlock();
    await expect(readdir(cache)).resolves.toEqual([]);
  });
});
