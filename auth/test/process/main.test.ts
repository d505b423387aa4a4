import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import type { AnyEvent } from '@gittix/common/events';
import { silentLogger, testDatabase, testServer, waitFor } from '@gittix/common/testing';
import request from 'supertest';
import { newKey } from '../support/auth-app';
import { cookieWith, newEmail, PASSWORD, setCookie, signIn, signUp, tokenIn } from '../support/requests';

jest.setTimeout(120_000);
const running: ChildProcess[] = [];
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

/** The service as it is deployed: a process of its own, told everything by its environment. */
function start(env: Record<string, string>) {
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
        ...env,
      },
    },
  );
  running.push(child);
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  // After the last of its log, which `exit` may come before.
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const url = () =>
    waitFor(() => /"port":(\d+),"msg":"ready"/.exec(log)?.[1], {
      timeoutMs: 50_000,
      what: 'ready',
    }).then(
      (port) => `http://127.0.0.1:${port}`,
      (cause: unknown) => {
        throw new Error(`not ready; its log:\n${log}`, { cause });
      },
    );
  return { child, exitCode, url, log: () => log };
}

describe('the process', () => {
  it('serves, publishes to the broker, stops on SIGTERM, and knows its people again after a kill', async () => {
    const database = await testDatabase();
    const stream = { NATS_STREAM: `auth-${randomUUID()}`, NATS_SUBJECT_PREFIX: `auth-${randomUUID()}` };
    const env = {
      ...stream,
      MONGO_URL: database.url,
      NATS_URL: testServer('TEST_NATS_URL'),
      COOKIE_SECURE: 'false',
      JWT_PRIVATE_KEY: JSON.stringify(newKey()),
    };
    const bus = await connectJetStream({
      url: env.NATS_URL,
      name: 'test',
      stream: stream.NATS_STREAM,
      subjectPrefix: stream.NATS_SUBJECT_PREFIX,
      deadLetters: new MemoryDeadLetters(),
      logger: silentLogger,
    });
    try {
      const events: AnyEvent[] = [];
      await bus.replay({ types: ['UserCreated'], since: new Date(0), on: (event) => events.push(event) });

      const first = start(env);
      const email = newEmail();
      const answer = await signUp(await first.url(), email);
      expect(answer.status).toBe(201);
      await waitFor(() => events.length === 1, { what: 'UserCreated on the broker' });
      expect(events[0]?.subject).toBe(answer.body.id);

      first.child.kill('SIGKILL');
      await first.exitCode;
      const second = start(env);
      const url = await second.url();
      const known = await request(url)
        .get('/api/users/currentuser')
        .set('Cookie', cookieWith(tokenIn(setCookie(answer))));
      expect(known.body).toEqual({ currentUser: answer.body });
      expect((await signIn(url, email)).status).toBe(200);

      second.child.kill('SIGTERM');
      expect(await second.exitCode).toBe(0);
      // Nothing that hung had to be left behind.
      expect(second.log()).not.toContain('a stop step failed');
      expect(second.log()).toContain('"msg":"stopped"');
      expect(events).toHaveLength(1);
      for (const secret of [PASSWORD, '"d":', 'argon2id'])
        expect(first.log() + second.log()).not.toContain(secret);
    } finally {
      await bus.close();
      await database.close();
    }
  });

  it('ends with 78 and names every bad setting, without its value', async () => {
    const { exitCode, log } = start({ JWT_PRIVATE_KEY: 'not-a-key', SESSION_SECONDS: '0' });
    expect(await exitCode).toBe(78);
    for (const name of ['MONGO_URL', 'NATS_URL', 'JWT_PRIVATE_KEY', 'SESSION_SECONDS']) {
      expect(log()).toContain(name);
    }
    expect(log()).not.toContain('not-a-key');
  });
});
