import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import { testJwks } from './session';

const CLIENT = join(__dirname, '..', '..');
const BUILT = join(CLIENT, '.next', 'standalone', 'client');

export interface Shop {
  url: string;
  /** What the process has written so far. */
  log(): string;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; html: string }>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The production build as it is deployed, in a process of its own, its services at `servicesUrl`. */
export async function startShop(servicesUrl: string): Promise<Shop> {
  checkBuild();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(process.execPath, [join(BUILT, 'server.js')], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      HOSTNAME: '127.0.0.1',
      AUTH_URL: servicesUrl,
      TICKETS_URL: servicesUrl,
      ORDERS_URL: servicesUrl,
      PAYMENTS_URL: servicesUrl,
      JWKS: testJwks(),
      STRIPE_JS_ORIGIN: 'http://127.0.0.1:9999',
      // The services are played by the test, which may stand still for a while.
      API_TIMEOUT_MS: '15000',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  try {
    await waitFor(async () => (await fetch(`${url}/healthz`)).ok, { timeoutMs: 60_000, what: 'the shop' });
  } catch (cause) {
    await stop();
    throw new Error(`the shop did not start:\n${output}`, { cause });
  }
  return {
    url,
    log: () => output,
    get: async (path, headers = {}) => {
      const answer = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
      return { status: answer.status, headers: answer.headers, html: await answer.text() };
    },
    stop,
  };
}

/** The pages are tested as built; another build than that of the sources here would prove nothing. */
function checkBuild(): void {
  const id = join(BUILT, '.next', 'BUILD_ID');
  const built = existsSync(id) ? readFileSync(id, 'utf8').trim() : 'missing';
  const wanted = execFileSync(process.execPath, ['-p', "require('./build-id.cjs')()"], { cwd: CLIENT });
  if (built !== wanted.toString().trim())
    throw new Error(
      `the build of the pages is ${built === 'missing' ? built : 'not of these sources'}: npm run build`,
    );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
