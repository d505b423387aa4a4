import { copyFile, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache';
import { run, startServer, type Server } from './command';
import type { Spec } from './openapi';

const MODULE = 'github.com/stripe/stripe-mock';
const VERSION = 'v0.203.0';
const BUILD_MS = 5 * 60_000;

export interface StripeMock extends Server {
  /** The description of Stripe's API that stripe-mock was built with. */
  spec: Spec;
}

/** Stripe's own stripe-mock, built from its Go module, with the OpenAPI file that lies in it. */
export async function startStripeMock(): Promise<StripeMock> {
  const directory = await cached(`stripe-mock-${VERSION.slice(1)}`, build).catch((error: unknown) => {
    throw new Error('stripe-mock could not be had: it needs Go 1.22 or newer and its module', {
      cause: error,
    });
  });
  const spec = JSON.parse(await readFile(join(directory, 'spec3.json'), 'utf8')) as Spec;
  const server = await startServer(join(directory, 'stripe-mock'), (port) => [
    '-http-addr',
    `127.0.0.1:${port}`,
  ]);
  return { ...server, spec };
}

async function build(directory: string): Promise<void> {
  const env = { ...process.env, GOBIN: join(directory, 'bin'), CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  await run('go', ['install', '-trimpath', `${MODULE}@${VERSION}`], { timeoutMs: BUILD_MS, env });
  await rename(join(directory, 'bin/stripe-mock'), join(directory, 'stripe-mock'));
  await rm(join(directory, 'bin'), { recursive: true });
  const told = await run('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`], {
    timeoutMs: BUILD_MS,
    env,
  });
  const { Dir: source } = JSON.parse(told) as { Dir: string };
  await copyFile(join(source, 'embedded/openapi/spec3.json'), join(directory, 'spec3.json'));
}
