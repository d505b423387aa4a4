import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import type { AnyEvent } from '@gittix/common/events';
import { openBreakableLink, silentLogger, testServer, waitFor } from '@gittix/common/testing';
import { hintOf, orderEvent, wipe } from '../support/expiration-service';

const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

jest.setTimeout(120_000);
const START_MS = 50_000;

/** The service as it is deployed: a process of its own, told everything by its environment. */
function start(env: Record<string, string>) {
  const child = spawn(
    process.execPath,
    ['--conditions=gittix-source', '--import', 'tsx', join(__dirname, '../../src/main.ts')],
    { env: { PATH: '/usr/bin:/bin', HOST: '127.0.0.1', INTERNAL_PORT: '0', ...env } },
  );
  running.push(child);
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  // After the last of its log, which `exit` may come before.
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const readiness = async () => {
    const port = /"internalPort":(\d+),"msg":"ready"/.exec(log)?.[1];
    if (port === undefined) throw new Error('has not said that it is ready');
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    return {
      status: answer.status,
      body: (await answer.json()) as { missing: string[]; degraded: string[] },
    };
  };
  const ready = () =>
    waitFor(async () => (await readiness()).status === 200, { timeoutMs: START_MS, what: 'ready' }).catch(
      (cause: unknown) => {
        throw new Error(`not ready; its log:\n${log}`, { cause });
      },
    );
  return { child, exitCode, readiness, ready, log: () => log };
}

async function surroundings() {
  const prefix = `test-${randomUUID()}`;
  const link = await openBreakableLink(testServer('TEST_REDIS_URL'));
  const env = {
    NATS_URL: testServer('TEST_NATS_URL'),
    NATS_STREAM: prefix,
    NATS_SUBJECT_PREFIX: prefix,
    REDIS_URL: link.url,
    REDIS_PREFIX: prefix,
  };
  const bus = await connectJetStream({
    url: env.NATS_URL,
    name: 'test',
    stream: prefix,
    subjectPrefix: prefix,
    deadLetters: new MemoryDeadLetters(),
    logger: silentLogger,
  });
  const hints: AnyEvent[] = [];
  await bus.replay({ types: ['ExpirationDue'], since: new Date(0), on: (event) => hints.push(event) });
  const hint = (event: AnyEvent) =>
    waitFor(() => hints.find(({ id }) => id === hintOf(event)), { timeoutMs: 20_000, what: hintOf(event) });
  const close = async () => {
    await bus.close();
    await link.close();
    await wipe(prefix);
  };
  return { env, bus, link, hint, close };
}

describe('the process', () => {
  it('announces on the broker, takes up its deadlines again after a kill, and stops on SIGTERM', async () => {
    const { env, bus, hint, close } = await surroundings();
    try {
      const first = start(env);
      await first.ready();
      const soon = orderEvent('OrderCreated', { inMs: 300 });
      const later = orderEvent('OrderCreated', { inMs: 5_000 });
      for (const event of [later, soon]) await bus.publish(event);
      await hint(soon);
      first.child.kill('SIGKILL');
      await first.exitCode;

      const second = start(env);
      await second.ready();
      await hint(later);
      second.child.kill('SIGTERM');
      expect(await second.exitCode).toBe(0);
      expect(second.log()).toContain('"msg":"stopped"');
    } finally {
      await close();
    }
  });

  it('stays ready without Redis, says what it lacks, and stops without waiting for it', async () => {
    const { env, link, close } = await surroundings();
    try {
      const service = start(env);
      await service.ready();
      link.cut();
      const degraded = await waitFor(async () => {
        const { status, body } = await service.readiness();
        return body.degraded.length > 0 && { status, body };
      });
      expect(degraded).toMatchObject({
        status: 200,
        body: { degraded: [expect.stringMatching(/^redis: /)] },
      });
      service.child.kill('SIGTERM');
      expect(await service.exitCode).toBe(0);
    } finally {
      await close();
    }
  });

  it('names every setting that is wrong and gives up at once', async () => {
    const service = start({ REDIS_URL: 'localhost', REDIS_PREFIX: 'A b' });
    expect(await service.exitCode).toBe(78);
    for (const key of ['REDIS_URL', 'REDIS_PREFIX', 'NATS_URL']) expect(service.log()).toContain(key);
  });
});
