import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoMemoryServer } from 'mongodb-memory-server';
import { natsArguments, redisArguments } from '../servers/arguments';
import { lastLines } from '../servers/command';
import { releasePorts, stablePorts, waitForPort } from '../servers/ports';
import type { Found } from '../servers/search';

/** Parts of a second on an idle machine. What ends by itself is told at once. */
const START_MS = 120_000;
const STOP_MS = 5_000;
/** Another program may take a port between the search and the start; then another port is tried. */
const TRIES = 3;

export interface TestServer {
  url: string;
  stop(): Promise<void>;
}

function withoutDatabase(url: string): string {
  return url.replace(/^(mongodb(?:\+srv)?:\/\/[^/]+)\/?.*$/, '$1');
}

/** One mongod for the whole run; every test file takes a database of its own. */
export async function startMongod(found: Found): Promise<TestServer> {
  if (found.kind === 'url') return { url: withoutDatabase(found.location), stop: () => Promise.resolve() };
  const [port = 0] = await stablePorts(1);
  const server = await MongoMemoryServer.create({
    binary: { systemBinary: found.location, ...(found.version && { version: found.version }) },
    instance: { ip: '127.0.0.1', port, storageEngine: 'wiredTiger', launchTimeout: START_MS },
  });
  return {
    url: withoutDatabase(server.getUri()),
    stop: async () => {
      await server.stop({ doCleanup: true, force: true });
      releasePorts([port]);
    },
  };
}

/** Ends the children when the test run is killed, which leaves it no time to do so itself. */
function watchOver(pids: number[], directory: string): ChildProcess {
  const script = `
    const alive = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
    setInterval(() => {
      if (alive(${process.pid})) return;
      for (const pid of [${pids.join(',')}]) if (alive(pid)) process.kill(pid, 'SIGKILL');
      require('fs').rmSync(${JSON.stringify(directory)}, { recursive: true, force: true });
      process.exit();
    }, 1000);
    for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});`;
  return spawn(process.execPath, ['-e', script], { stdio: 'ignore', detached: true });
}

async function startOnce(binary: string, argumentsFor: (port: number, directory: string) => string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'gittix-test-'));
  const [port = 0] = await stablePorts(1);
  await mkdir(join(directory, 'data'));
  const log = join(directory, 'log');
  const output = openSync(log, 'a');
  const child = spawn(binary, argumentsFor(port, join(directory, 'data')), {
    stdio: ['ignore', output, output],
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });
  let over: string | undefined;
  void ended.then((reason) => {
    over = `${binary} ${reason}\n${lastLines(readFileSync(log, 'utf8'))}`;
  });
  try {
    await waitForPort(port, { timeoutMs: START_MS, isOver: () => over });
    // The port could also have been taken by another process, whose listener answered.
    if (over) throw new Error(over);
  } catch (error) {
    child.kill('SIGKILL');
    releasePorts([port]);
    await ended;
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  const guard = watchOver([child.pid ?? 0], directory);
  const stop = async () => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(force);
    guard.kill('SIGKILL');
    releasePorts([port]);
    await rm(directory, { recursive: true, force: true });
  };
  return { port, stop };
}

async function start(
  found: Found,
  scheme: string,
  argumentsFor: (port: number, directory: string) => string[],
): Promise<TestServer> {
  if (found.kind === 'url') return { url: found.location, stop: () => Promise.resolve() };
  for (let attempt = 1; ; attempt++) {
    try {
      const { port, stop } = await startOnce(found.location, argumentsFor);
      return { url: `${scheme}://127.0.0.1:${port}`, stop };
    } catch (error) {
      if (attempt === TRIES) throw error;
    }
  }
}

/** One nats-server with JetStream for the whole run; every test file takes a stream and subject prefix of its own. */
export function startNats(found: Found): Promise<TestServer> {
  return start(found, 'nats', natsArguments);
}

/** One Redis for the whole run; every test file takes a key prefix of its own. */
export function startRedis(found: Found): Promise<TestServer> {
  return start(found, 'redis', redisArguments);
}
