import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import { orderEventTypes, type AnyEvent } from '@gittix/common/events';
import { silentLogger, testDatabase, testServer, testSigner, waitFor } from '@gittix/common/testing';

export interface OrdersProcess {
  child: ChildProcess;
  exitCode: Promise<number | null>;
  /** Base address, once it serves. */
  url(): Promise<string>;
  log(): string;
}

/** Processes that a test left behind. */
export const running: ChildProcess[] = [];

/** The service as it is deployed: a process of its own, told everything by its environment. */
export function startProcess(env: Record<string, string>): OrdersProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=gittix-source', '--import', 'tsx', join(__dirname, '../../src/main.ts')],
    {
      env: {
        PATH: '/usr/bin:/bin',
        HOST: '127.0.0.1',
        PORT: '0',
        INTERNAL_PORT: '0',
        DRAIN_MS: '100',
        COOKIE_SECURE: 'false',
        JWKS: JSON.stringify(testSigner().jwks),
        ...env,
      },
    },
  );
  running.push(child);
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  // At its `exit` the last of its output may still be on the way.
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const url = async () => {
    const port = await waitFor(() => /"port":(\d+),"msg":"ready"/.exec(log)?.[1], {
      timeoutMs: 60_000,
      what: 'ready',
    }).catch((cause: unknown) => {
      throw new Error(`not ready; its log:\n${log}`, { cause });
    });
    return `http://127.0.0.1:${port}`;
  };
  return { child, exitCode, url, log: () => log };
}

/** A database and a stream of the test's own, with an ear on what orders publishes. */
export async function realSurroundings() {
  const database = await testDatabase();
  const name = `orders-${randomUUID()}`;
  const env = {
    MONGO_URL: database.url,
    NATS_URL: testServer('TEST_NATS_URL'),
    NATS_STREAM: name,
    NATS_SUBJECT_PREFIX: name,
  };
  const bus = await connectJetStream({
    url: env.NATS_URL,
    name: 'test',
    stream: name,
    subjectPrefix: name,
    deadLetters: new MemoryDeadLetters(),
    logger: silentLogger,
  });
  const events: AnyEvent[] = [];
  await bus.replay({ types: orderEventTypes, since: new Date(0), on: (event) => events.push(event) });
  const close = async () => {
    await bus.close();
    await database.close();
  };
  return { env, bus, events, connection: database.connection, close };
}
