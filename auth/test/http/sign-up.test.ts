import { user as userSchema } from '@gittix/common/api';
import { createKeySource, createTokenVerifier } from '@gittix/common/auth';
import { newId, silentLogger } from '@gittix/common/testing';
import request from 'supertest';
import { openAuth, SESSION_SECONDS, type AuthUnderTest } from '../support/auth-app';
import { fieldsOf, newEmail, PASSWORD, setCookie, signIn, signUp, tokenIn } from '../support/requests';

let auth: AuthUnderTest;
beforeAll(async () => {
  auth = await openAuth();
});
afterAll(() => auth.close());

describe('POST /api/users/signup', () => {
  it('answers 201 with the user, as typed, and nothing secret', async () => {
    const email = newEmail();
    const before = Date.now();
    const answer = await signUp(auth.url, `  ${email} `);
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(userSchema.strict().parse(answer.body)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email,
      role: 'user',
      createdAt: expect.any(String),
    });
    const createdAt = Date.parse(answer.body.createdAt);
    expect(createdAt).toBeGreaterThanOrEqual(before);
    expect(createdAt).toBeLessThanOrEqual(Date.now());
  });

  it('sets a cookie that lives as long as the session and that scripts cannot read', async () => {
    const before = Date.now();
    const cookie = setCookie(await signUp(auth.url));
    expect(cookie.name).toBe('session');
    expect(cookie.attributes).toEqual(expect.arrayContaining(['path=/', 'httponly', 'samesite=lax']));
    expect(cookie.attributes).not.toContain('secure');
    expect(cookie.attributes.some((attribute) => attribute.startsWith('domain'))).toBe(false);
    const expires = cookie.attributes.find((attribute) => attribute.startsWith('expires='));
    const madeAt = Date.parse(expires?.slice(8) ?? '') - 1000 * SESSION_SECONDS;
    // Written in whole seconds.
    expect(madeAt).toBeGreaterThan(before - 1000);
    expect(madeAt).toBeLessThanOrEqual(Date.now());
  });

  it('makes a token that another service verifies by the published keys alone', async () => {
    const answer = await signUp(auth.url);
    const verifier = createTokenVerifier({
      keys: createKeySource({ url: `${auth.url}/.well-known/jwks.json`, logger: silentLogger }),
      issuer: 'gittix',
      audience: 'gittix',
    });
    const claims = await verifier.verify(tokenIn(setCookie(answer)));
    expect(claims).toMatchObject({ sub: answer.body.id, role: 'user', sid: expect.stringMatching(/.{30}/) });
    expect(claims.exp - claims.iat).toBe(SESSION_SECONDS);
    expect(Math.floor(claims.ims / 1000)).toBe(claims.iat);
  });

  it('stores an argon2id hash and not the password', async () => {
    const { body } = await signUp(auth.url);
    const stored = JSON.stringify(await auth.users.findById(body.id).select('+passwordHash'));
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
    expect(stored).not.toContain(PASSWORD);
  });

  it('answers 409 and emits nothing for an e-mail that has an account in any case', async () => {
    const email = newEmail();
    await signUp(auth.url, email);
    const before = auth.bus.published.length;
    for (const same of [email, email.toUpperCase(), ` ${email.toLowerCase()} `]) {
      const answer = await signUp(auth.url, same, 'another good one');
      expect(answer.status).toBe(409);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'email_taken', status: 409 });
      expect(fieldsOf(answer)).toEqual(['email']);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    await auth.relay.idle();
    expect(auth.bus.published.length).toBeLessThanOrEqual(before + 1);
    await expect(signIn(auth.url, email)).resolves.toMatchObject({ status: 200 });
  });

  it.each(['password123', 'PassWord123', '1q2w3e4r5t'])(
    'refuses the common password %s by name',
    async (password) => {
      const email = newEmail();
      const answer = await signUp(auth.url, email, password);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('validation_failed');
      expect(fieldsOf(answer)).toEqual(['password']);
      expect(await auth.users.countDocuments({ email })).toBe(0);
    },
  );

  it('refuses the e-mail as the password', async () => {
    const email = newEmail();
    const answer = await signUp(auth.url, email, email.toLowerCase());
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toEqual(['password']);
  });

  it.each([
    ['nothing', {}, ['email', 'password']],
    ['a short password', { email: 'a@example.org', password: '1234567' }, ['password']],
    ['no e-mail address', { email: 'ada', password: PASSWORD }, ['email']],
    ['an endless e-mail', { email: `${'a'.repeat(250)}@example.org`, password: PASSWORD }, ['email']],
    ['an endless password', { email: 'a@example.org', password: 'x'.repeat(257) }, ['password']],
    ['wrong types', { email: 1, password: 12345678 }, ['email', 'password']],
    ['operators', { email: { $gt: '' }, password: { $ne: null } }, ['email', 'password']],
    ['an unknown field', { email: 'a@example.org', password: PASSWORD, role: 'admin' }, ['role']],
    ['a chosen id', { email: 'a@example.org', password: PASSWORD, _id: newId() }, ['_id']],
  ])('answers 400 to %s, names the fields and changes nothing', async (_what, body, fields) => {
    const before = await auth.users.countDocuments();
    const answer = await request(auth.url).post('/api/users/signup').send(body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('validation_failed');
    expect(fieldsOf(answer).sort()).toEqual(fields);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await auth.users.countDocuments()).toBe(before);
  });
});

describe('32 people sign up at once with one e-mail in different cases', () => {
  const variants = (email: string) =>
    Array.from({ length: 32 }, (_, n) =>
      [...email]
        .map((letter, at) => ((n >> (at % 5)) & 1 ? letter.toUpperCase() : letter.toLowerCase()))
        .join(''),
    );

  it('gives exactly one of them the account', async () => {
    const email = newEmail();
    const answers = await Promise.all(variants(email).map((variant) => signUp(auth.url, variant)));
    const winners = answers.filter(({ status }) => status === 201);
    expect(winners).toHaveLength(1);
    const others = answers.filter(({ status }) => status !== 201);
    expect(others.map(({ status, body }) => [status, body.code])).toEqual(
      Array.from({ length: 31 }, () => [409, 'email_taken']),
    );
    expect(await auth.users.countDocuments({ emailKey: email.toLowerCase() })).toBe(1);
    await auth.relay.idle();
    const made = auth.bus.published.filter(({ subject }) => subject === winners[0]?.body.id);
    expect(made).toHaveLength(1);
  });

  it('would give it to several without the unique index', async () => {
    const bare = await openAuth();
    try {
      await bare.users.collection.dropIndex('emailKey_1');
      const answers = await Promise.all(variants(newEmail()).map((variant) => signUp(bare.url, variant)));
      expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(1);
    } finally {
      await bare.close();
    }
  });
});
