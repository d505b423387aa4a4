import { waitFor } from '@gittix/common/testing';
import request, { type Response } from 'supertest';
import { createPasswordHasher, createWaitingLine } from '../../src/passwords';
import { openAuth, type AuthUnderTest } from '../support/auth-app';
import { fieldsOf, newEmail, PASSWORD, setCookie, signIn, signUp, tokenIn } from '../support/requests';

let auth: AuthUnderTest;
beforeAll(async () => {
  auth = await openAuth();
});
afterAll(() => auth.close());

describe('POST /api/users/signin', () => {
  it('answers 200 with the user and a session of its own', async () => {
    const email = newEmail();
    const signedUp = await signUp(auth.url, email);
    const answer = await signIn(auth.url, email);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(signedUp.body);
    const sessions = [signedUp, answer].map((each) => sessionId(tokenIn(setCookie(each))));
    expect(sessions[0]).not.toBe(sessions[1]);
    expect(JSON.stringify(answer.body)).not.toContain('eyJ');
  });

  it('takes the e-mail in any case', async () => {
    const email = newEmail();
    await signUp(auth.url, email);
    for (const same of [email.toUpperCase(), ` ${email.toLowerCase()} `]) {
      expect((await signIn(auth.url, same)).status).toBe(200);
    }
  });

  it('gives one answer for a wrong password and an unknown e-mail', async () => {
    const email = newEmail();
    await signUp(auth.url, email);
    const wrong = await signIn(auth.url, email, 'wrong password');
    const unknown = await signIn(auth.url, newEmail(), 'wrong password');
    for (const answer of [wrong, unknown]) {
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('invalid_credentials');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    const { requestId: _one, ...first } = wrong.body;
    const { requestId: _two, ...second } = unknown.body;
    expect(first).toEqual(second);
  });

  it('asks the hasher in both cases, without a hash for an unknown e-mail', async () => {
    const email = newEmail();
    await signUp(auth.url, email);
    const asked: (string | undefined)[] = [];
    const { passwords } = auth.deps;
    const watched = await openAuth({
      users: auth.users,
      passwords: {
        ...passwords,
        matches: (given, hash) => (asked.push(hash), passwords.matches(given, hash)),
      },
    });
    try {
      await signIn(watched.url, email, 'wrong password');
      await signIn(watched.url, newEmail(), 'wrong password');
      expect(asked).toEqual([expect.stringMatching(/^\$argon2id/), undefined]);
    } finally {
      await watched.close();
    }
  });

  it.each([
    ['nothing', {}, ['email', 'password']],
    ['operators', { email: { $ne: '' }, password: { $gt: '' } }, ['email', 'password']],
    ['a list', { email: ['a@example.org'], password: PASSWORD }, ['email']],
    ['an empty password', { email: 'a@example.org', password: '' }, ['password']],
    ['an endless password', { email: 'a@example.org', password: 'x'.repeat(257) }, ['password']],
    ['an unknown field', { email: 'a@example.org', password: PASSWORD, remember: true }, ['remember']],
  ])('answers 400 to %s and names the fields', async (_what, body, fields) => {
    const answer = await request(auth.url).post('/api/users/signin').send(body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('validation_failed');
    expect(fieldsOf(answer).sort()).toEqual(fields);
  });

  it('answers 503 with Retry-After at once when too many wait for their hash', async () => {
    const passwords = await createPasswordHasher({ atOnce: 1, mostWaiting: 2 });
    const inTurn = createWaitingLine({ atOnce: 1, mostWaiting: 2 });
    let hashesMayEnd = () => {};
    const end = new Promise<void>((resolve) => (hashesMayEnd = resolve));
    const matches = (...args: Parameters<typeof passwords.matches>) =>
      inTurn(() => end.then(() => passwords.matches(...args)));
    const full = await openAuth({ passwords: { ...passwords, matches } });
    try {
      const refused: Response[] = [];
      const asked = Array.from({ length: 20 }, async () => {
        const answer = await signIn(full.url, newEmail());
        if (answer.status === 503) refused.push(answer);
        return answer.status;
      });
      // While the first three still wait for theirs.
      await waitFor(() => refused.length === 17);
      hashesMayEnd();
      expect((await Promise.all(asked)).filter((status) => status !== 503)).toEqual([400, 400, 400]);
      for (const answer of refused) {
        expect(answer.body.code).toBe('unavailable');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    } finally {
      await full.close();
    }
  });
});

function sessionId(token: string): unknown {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(payload) as { sid: unknown }).sid;
}
