import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../src/servers/chromium';
import { findMongod } from '../src/servers/mongod';
import { findNatsServer, NATS_VERSION } from '../src/servers/nats-server';
import { findRedisServer } from '../src/servers/redis-server';
import type { Surroundings } from '../src/servers/search';
import { noNetwork } from './support/no-network';

let home: string;
let said: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gittix-finders-'));
  said = [];
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program that answers `--version` with this text and notes that it was called. */
async function program(directory: string, name: string, output: string, code = 0): Promise<string> {
  await mkdir(join(home, directory), { recursive: true });
  const path = join(home, directory, name);
  await writeFile(path, `#!/bin/sh\necho "$0 $*" >> ${home}/calls\necho '${output}'\nexit ${code}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A machine with nothing but what the test put there; shells are needed to run the made-up programs. */
async function machine(directories: string[], env: Record<string, string> = {}): Promise<Surroundings> {
  const bin = join(home, 'shell');
  await mkdir(bin, { recursive: true });
  await symlink('/bin/sh', join(bin, 'sh')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const PATH = [...directories.map((directory) => join(home, directory)), bin].join(':');
  return {
    env: { PATH, ...env },
    cacheDir: join(home, 'cache'),
    isRoot: false,
    fetch: noNetwork,
    say: (line) => said.push(line),
  };
}

describe('the search for nats-server', () => {
  it('takes NATS_URL before anything else', async () => {
    await program('a', 'nats-server', 'nats-server: v2.11.0');
    const found = await findNatsServer(await machine(['a'], { NATS_URL: 'nats://elsewhere:4222' }));
    expect(found).toMatchObject({ kind: 'url', location: 'nats://elsewhere:4222' });
  });

  it('takes the first on PATH that is new enough, and names the older one it passes over', async () => {
    const old = await program('a', 'nats-server', 'nats-server: v2.9.10');
    const good = await program('b', 'nats-server', 'nats-server: v2.10.7');
    await expect(findNatsServer(await machine(['a', 'b']))).resolves.toMatchObject({
      location: good,
      version: '2.10.7',
    });
    await expect(findNatsServer(await machine(['a']))).rejects.toThrow(
      `${old} is 2.9.10, too old (2.10 or newer is needed)`,
    );
  });

  it('passes over one that does not run', async () => {
    const broken = await program('a', 'nats-server', 'no such library', 1);
    await expect(findNatsServer(await machine(['a']))).rejects.toThrow(
      `${broken} does not run (no such library)`,
    );
  });

  it('takes the copy made earlier before it fetches anything', async () => {
    const directory = join(home, 'cache', `nats-server-${NATS_VERSION}`);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'nats-server'), '');
    const found = await findNatsServer(await machine([]));
    expect(found.location).toBe(join(directory, 'nats-server'));
  });

  it('tells at the end what every step found and what to install', async () => {
    const go = await program('a', 'go', 'go version go1.19.8 linux/amd64');
    const search = findNatsServer(await machine(['a']));
    await expect(search).rejects.toThrow(/No nats-server could be found/);
    await expect(search).rejects.toThrow(`${go} is 1.19.8, too old`);
    await expect(search).rejects.toThrow(/Install nats-server 2\.10 or newer, or Go/);
    expect(said).toContainEqual('nats-server: PATH: no nats-server there');
  });
});

describe('the search for redis', () => {
  it('takes a new enough one, valkey too', async () => {
    await program('a', 'redis-server', 'Redis server v=6.0.16 sha=0');
    const valkey = await program('b', 'valkey-server', 'Valkey server v=8.0.1 sha=0');
    await expect(findRedisServer(await machine(['a', 'b']))).resolves.toMatchObject({ location: valkey });
  });

  it('does not install anything unless it is root', async () => {
    await program('a', 'apt-get', 'installed');
    await expect(findRedisServer(await machine(['a']))).rejects.toThrow(/apt-get: not root/);
  });
});

describe('the search for mongod', () => {
  it('takes one on PATH that is new enough', async () => {
    await program('a', 'mongod', 'db version v6.0.9');
    const good = await program('b', 'mongod', 'db version v7.0.14');
    const found = await findMongod(await machine(['a', 'b']));
    expect(found).toMatchObject({ location: good, version: '7.0.14' });
    expect(found.standIn).toBeUndefined();
  });

  it('names every reason when even the stand-in cannot be built', async () => {
    await program('a', 'javac', 'javac 11.0.2');
    const search = findMongod(await machine(['a']));
    await expect(search).rejects.toThrow(/javac is 11\.0\.2, too old \(17 or newer is needed\)/);
    await expect(search).rejects.toThrow('official download: fastdl.mongodb.org: no network here');
  });
});

describe('the search for Chromium', () => {
  it('takes CHROMIUM_PATH before PATH', async () => {
    const mine = await program('elsewhere', 'my-chrome', 'Chromium 140.0.1.2');
    await program('a', 'chromium', 'Chromium 150.0.1.2');
    await expect(findChromium(await machine(['a'], { CHROMIUM_PATH: mine }))).resolves.toMatchObject({
      location: mine,
    });
  });

  it('says so when CHROMIUM_PATH is wrong, and takes the one on PATH', async () => {
    const chrome = await program('a', 'google-chrome', 'Google Chrome 140.0.7339.80');
    const found = await findChromium(await machine(['a'], { CHROMIUM_PATH: '/nowhere' }));
    expect(found.location).toBe(chrome);
    expect(said.join('\n')).toMatch(/CHROMIUM_PATH: \/nowhere does not run/);
  });
});
