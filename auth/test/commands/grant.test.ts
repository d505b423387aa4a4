import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import type { AnyEvent } from '@gittix/common/events';
import { silentLogger, testServer, waitFor } from '@gittix/common/testing';
import { grantRole, UnknownAccount } from '../../src/use-cases/grant-role';
import { newKey, openAuth, type AuthUnderTest } from '../support/auth-app';
import { newEmail, setCookie, signIn, signUp, tokenIn } from '../support/requests';

jest.setTimeout(120_000);
let auth: AuthUnderTest;
beforeAll(async () => {
  auth = await openAuth();
});
afterAll(() => auth.close());

const roleOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { role: string }).role;
const eventsOf = (id: string) => auth.bus.published.filter(({ subject }) => subject === id);

describe('granting a role', () => {
  it('changes the account with one event, and the next sign-in carries it', async () => {
    const email = newEmail();
    const before = await signUp(auth.url, email);
    const { user, changed } = await grantRole(auth.deps, { email: ` ${email.toUpperCase()}`, role: 'admin' });
    expect({ changed, user }).toEqual({ changed: true, user: { ...before.body, role: 'admin' } });
    await auth.relay.idle();
    expect(eventsOf(user.id).map(({ type, id, data }) => ({ type, id, data }))).toEqual([
      { type: 'UserCreated', id: `user.${user.id}.0`, data: { ...before.body, version: 0 } },
      { type: 'UserUpdated', id: `user.${user.id}.1`, data: { ...user, version: 1 } },
    ]);
    const after = await signIn(auth.url, email);
    expect(after.body).toEqual(user);
    expect(roleOf(tokenIn(setCookie(before)))).toBe('user');
    expect(roleOf(tokenIn(setCookie(after)))).toBe('admin');
  });

  it('does nothing twice', async () => {
    const email = newEmail();
    const { body } = await signUp(auth.url, email);
    expect((await grantRole(auth.deps, { email, role: 'admin' })).changed).toBe(true);
    expect((await grantRole(auth.deps, { email, role: 'admin' })).changed).toBe(false);
    expect((await grantRole(auth.deps, { email, role: 'user' })).changed).toBe(true);
    await auth.relay.idle();
    expect(eventsOf(body.id)).toHaveLength(3);
  });

  it('names an account that is not there', async () => {
    const asked = grantRole(auth.deps, { email: 'nobody@example.org', role: 'admin' });
    await expect(asked).rejects.toThrow(UnknownAccount);
  });
});

describe('the command', () => {
  const name = `auth-${randomUUID()}`;
  // What the command leaves for a moment is for its own bus: our sweeper would publish it on ours.
  beforeAll(() => auth.relay.stop());
  const run = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      ['--conditions=gittix-source', '--import', 'tsx', join(__dirname, '../../src/command.ts'), ...args],
      {
        env: {
          PATH: '/usr/bin:/bin',
          MONGO_URL: auth.databaseUrl,
          NATS_URL: testServer('TEST_NATS_URL'),
          NATS_STREAM: name,
          NATS_SUBJECT_PREFIX: name,
          JWT_PRIVATE_KEY: JSON.stringify(newKey()),
        },
      },
    ).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
        code,
        stdout,
        stderr,
      }),
    );

  it('grants, publishes what it changed, and ends', async () => {
    const bus = await connectJetStream({
      url: testServer('TEST_NATS_URL'),
      name: 'test',
      stream: name,
      subjectPrefix: name,
      deadLetters: new MemoryDeadLetters(),
      logger: silentLogger,
    });
    const seen: AnyEvent[] = [];
    await bus.replay({ types: ['UserUpdated'], since: new Date(0), on: (event) => seen.push(event) });
    const email = newEmail();
    const { body } = await signUp(auth.url, email);
    expect(await run('users', 'grant', email, 'admin')).toEqual({
      code: 0,
      stdout: `${email} is admin from the next sign-in on\n`,
      stderr: '',
    });
    await waitFor(() => seen.find(({ subject }) => subject === body.id), { what: 'UserUpdated' });
    await bus.close();
    expect((await run('users', 'grant', email, 'admin')).stdout).toBe(`${email} is admin already\n`);
  });

  it.each([
    [
      ['users', 'grant', 'nobody@example.org', 'admin'],
      1,
      /^No account has the e-mail nobody@example.org; sign up first/,
    ],
    [
      ['users', 'grant', 'a@example.org', 'king'],
      2,
      /one of the roles: user, admin[^]*users grant EMAIL admin\|user/,
    ],
    [['users', 'grant'], 2, /Name an account/],
  ])('%j ends with %i', async (args, code, said) => {
    const answer = await run(...args);
    expect(answer.code).toBe(code);
    expect(answer.stderr).toMatch(said);
  });
});
