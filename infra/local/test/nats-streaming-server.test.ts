import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from '../src/options';
import { findNatsStreamingServer, NATS_STREAMING } from '../src/servers/nats-streaming-server';
import type { Surroundings } from '../src/servers/search';
import { brokerOf } from '../src/supervisor/broker';
import { noNetwork } from './support/no-network';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gittix-finders-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** A program of this machine that prints something, in a directory of its own. */
async function program(directory: string, name: string, script: string): Promise<string> {
  await mkdir(join(home, directory), { recursive: true });
  const path = join(home, directory, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

function machine(directories: string[], env: Record<string, string> = {}): Surroundings {
  const PATH = [...directories.map((directory) => join(home, directory)), '/usr/bin', '/bin'].join(':');
  return {
    env: { PATH, ...env },
    cacheDir: join(home, 'cache'),
    isRoot: false,
    fetch: noNetwork,
    say: () => undefined,
  };
}

describe('the search for nats-streaming-server', () => {
  it('takes NATS_URL before anything else', async () => {
    const found = await findNatsStreamingServer(machine([], { NATS_URL: 'nats://elsewhere:4222' }));
    expect(found).toMatchObject({ kind: 'url', location: 'nats://elsewhere:4222' });
  });

  it('takes the one on PATH when it is new enough', async () => {
    const tells = (version: string) =>
      `echo 'nats-streaming-server version ${version}, nats-server: v2.9.24'`;
    const old = await program('a', 'nats-streaming-server', tells('0.22.1'));
    const good = await program('b', 'nats-streaming-server', tells('0.25.2'));
    await expect(findNatsStreamingServer(machine(['a', 'b']))).resolves.toMatchObject({ location: good });
    await program('a', 'go', "echo 'go version go1.19.8 linux/amd64'");
    await expect(findNatsStreamingServer(machine(['a']))).rejects.toThrow(`${old} is 0.22.1, too old`);
  });

  it('builds its Go module once, and takes that copy from then on', async () => {
    const build = `
if [ "$1" = version ]; then echo 'go version go1.26.0 linux/amd64'; exit; fi
mkdir -p "$GOBIN"; echo "$3" > "$GOBIN/nats-streaming-server"`;
    await program('a', 'go', build);
    const built = await findNatsStreamingServer(machine(['a']));
    expect(built.why).toMatch(/built from its Go module/);
    expect(built.location).toBe(join(home, 'cache/nats-streaming-server-0.25.6/nats-streaming-server'));
    const again = await findNatsStreamingServer(machine(['a']));
    expect(again).toMatchObject({ location: built.location, version: NATS_STREAMING.version });
    expect(again.why).toMatch(/made earlier/);
  });

  it('tells what failed and what to install', async () => {
    await program('a', 'go', `if [ "$1" = version ]; then echo go1.26.0; else echo 'no network'; exit 1; fi`);
    const search = findNatsStreamingServer(machine(['a']));
    await expect(search).rejects.toThrow(/go install failed: no network/);
    await expect(search).rejects.toThrow(/Install nats-streaming-server 0\.24 or newer, or Go/);
  });
});

describe('the broker that BUS names', () => {
  it('is JetStream unless it says stan', () => {
    expect(brokerOf({}).tool).toBe('nats-server');
    expect(brokerOf({ BUS: 'jetstream' }).tool).toBe('nats-server');
  });

  it('NATS Streaming keeps its messages in files of its own, for the cluster it is told', () => {
    const broker = brokerOf({ BUS: 'stan', STAN_CLUSTER_ID: 'mine' });
    expect([broker.tool, broker.directory]).toEqual(['nats-streaming-server', 'nats-streaming']);
    const args = broker.argumentsFor(4333, '/data').join(' ');
    expect(args).toContain('--port 4333 --cluster_id mine --store file --dir /data');
  });

  it.each([{ BUS: 'kafka' }, { STAN_CLUSTER_ID: 'my cluster' }])('refuses %j', (env) => {
    expect(() => parseEnvironment(env)).toThrow(Object.keys(env)[0]);
  });
});
