import { createKeySource, createTokenVerifier } from '@gittix/common/auth';
import { createHttpApp, requireCaller, serveHttp } from '@gittix/common/http';
import { newId } from '@gittix/common/testing';
import { Router } from 'express';
import request from 'supertest';
import { openAuth, type AuthUnderTest } from '../support/auth-app';
import { cookieWith, newEmail, setCookie, signUp, tokenIn } from '../support/requests';

let auth: AuthUnderTest;
let secure: AuthUnderTest;
beforeAll(async () => {
  auth = await openAuth();
  secure = await openAuth({ secureCookies: true });
});
afterAll(async () => {
  await auth.close();
  await secure.close();
});

const currentUser = (headers: Record<string, string>, url = auth.url) =>
  request(url).get('/api/users/currentuser').set(headers);

describe('GET /api/users/currentuser', () => {
  it('knows the person by cookie and by bearer token', async () => {
    const answer = await signUp(auth.url);
    const cookie = setCookie(answer);
    const byCookie = await currentUser({ Cookie: `${cookie.name}=${cookie.value}` });
    const byToken = await currentUser({ Authorization: `Bearer ${tokenIn(cookie)}` });
    for (const { status, body, headers } of [byCookie, byToken]) {
      expect(status).toBe(200);
      expect(body).toEqual({ currentUser: answer.body });
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('shows the account as it is now', async () => {
    const answer = await signUp(auth.url);
    const { body } = answer;
    const token = tokenIn(setCookie(answer));
    await auth.users.collection.updateOne(
      { emailKey: body.email.toLowerCase() },
      { $set: { role: 'admin' } },
    );
    const { body: now } = await currentUser({ Authorization: `Bearer ${token}` });
    expect(now.currentUser).toEqual({ ...body, role: 'admin' });
  });

  it('is null for nobody', async () => {
    const { status, body } = await currentUser({});
    expect([status, body]).toEqual([200, { currentUser: null }]);
  });

  it('is null for a token that is expired, foreign, unsigned, altered, of another algorithm, or of nobody', async () => {
    const { body } = await signUp(auth.url);
    const who = { sub: body.id as string, sid: 'a-session', role: 'user' as const };
    const good = auth.signer().sign(who);
    const [head = '', payload = '', signature = ''] = good.split('.');
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const tokens = {
      expired: auth.signer(() => Date.now() - 2 * 3600_000).sign(who),
      foreign: secure.signer().sign(who),
      unsigned: `${encode({ alg: 'none', kid: 'test-key' })}.${payload}.`,
      otherAlgorithm: `${encode({ alg: 'HS256', kid: 'test-key' })}.${payload}.${signature}`,
      altered: `${head}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), role: 'admin' })}.${signature}`,
      garbage: 'garbage',
      gone: auth.signer().sign({ ...who, sub: newId() }),
    };
    for (const [name, token] of Object.entries(tokens)) {
      for (const headers of [{ Authorization: `Bearer ${token}` }, { Cookie: cookieWith(token) }]) {
        const { status, body: answer } = await currentUser(headers);
        expect([name, status, answer]).toEqual([name, 200, { currentUser: null }]);
      }
    }
    expect((await currentUser({ Authorization: `Bearer ${good}` })).body.currentUser).toEqual(body);
  });

  it.each([
    'session=%%%',
    'session=bm90IGpzb24=',
    'session=bnVsbA==',
    'session=eyJqd3QiOnsiJGd0IjoiIn19',
    'session=',
  ])('is null for the broken cookie %s', async (cookie) => {
    const { status, body } = await currentUser({ Cookie: cookie });
    expect([status, body]).toEqual([200, { currentUser: null }]);
  });
});

describe('POST /api/users/signout', () => {
  const signOut = (headers: Record<string, string> = {}, url = auth.url) =>
    request(url).post('/api/users/signout').set(headers);

  it('clears the cookie', async () => {
    const agent = request.agent(auth.url);
    await agent.post('/api/users/signup').send({ email: newEmail(), password: 'correct horse' }).expect(201);
    expect((await agent.get('/api/users/currentuser')).body.currentUser).not.toBeNull();
    const answer = await agent.post('/api/users/signout').set('Origin', auth.url);
    expect(answer.status).toBe(204);
    const cookie = setCookie(answer);
    expect(cookie).toMatchObject({ name: 'session', value: '' });
    expect(cookie.attributes).toEqual(
      expect.arrayContaining(['path=/', 'httponly', 'samesite=lax', 'expires=thu, 01 jan 1970 00:00:00 gmt']),
    );
    expect((await agent.get('/api/users/currentuser')).body).toEqual({ currentUser: null });
  });

  it('works without being signed in, with a body or without', async () => {
    expect((await signOut()).status).toBe(204);
    expect((await signOut().send({})).status).toBe(204);
  });

  it('works with an expired token', async () => {
    const expired = auth.signer(() => 0).sign({ sub: newId(), sid: 's', role: 'user' });
    const answer = await signOut({ Cookie: cookieWith(expired), Origin: auth.url });
    expect(answer.status).toBe(204);
    expect(setCookie(answer).value).toBe('');
  });

  it.each([
    ['Sec-Fetch-Site', 'cross-site'],
    ['Sec-Fetch-Site', 'same-site'],
    ['Origin', 'https://elsewhere.example'],
    ['Origin', 'null'],
  ])('refuses another site (%s: %s) and leaves the cookie alone', async (header, value) => {
    const answer = await signOut({ [header]: value });
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('a cookie on a request that changes something', () => {
  it('is honoured from the same origin only', async () => {
    const answer = await signUp(auth.url);
    const { name, value } = setCookie(answer);
    const app = createHttpApp({
      logger: auth.logger,
      secureCookies: false,
      verifier: createTokenVerifier({
        keys: createKeySource({ url: `${auth.url}/.well-known/jwks.json`, logger: auth.logger }),
        issuer: 'gittix',
        audience: 'gittix',
      }),
      routes: Router().post('/change', (req, res) => void res.json(requireCaller(req))),
    });
    const other = await serveHttp(app, { host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${other.port}`;
    const change = (headers: Record<string, string>) =>
      request(url)
        .post('/change')
        .set({ Cookie: `${name}=${value}`, ...headers });
    try {
      expect((await change({})).status).toBe(401);
      expect((await change({ Origin: 'https://elsewhere.example' })).status).toBe(401);
      expect((await change({ 'Sec-Fetch-Site': 'cross-site', Origin: url })).status).toBe(401);
      const honoured = await change({ Origin: url });
      expect([honoured.status, honoured.body.userId]).toEqual([200, answer.body.id]);
    } finally {
      await other.drain();
    }
  });
});

describe('where cookies are secure', () => {
  const https = { 'X-Forwarded-Proto': 'https' };

  it('sets __Host-session, secure and without a domain, behind a proxy that speaks https', async () => {
    const answer = await signUp(secure.url).set(https);
    expect(answer.status).toBe(201);
    const cookie = setCookie(answer);
    expect(cookie.name).toBe('__Host-session');
    expect(cookie.attributes).toEqual(
      expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']),
    );
    expect(cookie.attributes.some((attribute) => attribute.startsWith('domain'))).toBe(false);

    const known = await currentUser({ Cookie: `${cookie.name}=${cookie.value}` }, secure.url);
    expect(known.body.currentUser).toEqual(answer.body);
    const renamed = await currentUser({ Cookie: `session=${cookie.value}` }, secure.url);
    expect(renamed.body).toEqual({ currentUser: null });
  });

  it('clears it under the same name', async () => {
    const answer = await request(secure.url).post('/api/users/signout').set(https);
    expect(setCookie(answer)).toMatchObject({ name: '__Host-session', value: '' });
    expect(setCookie(answer).attributes).toContain('secure');
  });

  it('says so when the request came over plain http, where the cookie would be lost without a word', async () => {
    const email = newEmail();
    const answer = await signUp(secure.url, email);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].message).toMatch(/https/);
    expect(await secure.users.countDocuments({ email })).toBe(0);
  });
});

describe('GET /.well-known/jwks.json', () => {
  it('publishes the public key, and only that, for caches to keep', async () => {
    const answer = await request(auth.url).get('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch('application/json');
    expect(answer.headers['cache-control']).toBe('public, max-age=300');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).toEqual({
      keys: [
        {
          kty: 'EC',
          crv: 'P-256',
          alg: 'ES256',
          use: 'sig',
          kid: 'test-key',
          x: expect.any(String),
          y: expect.any(String),
        },
      ],
    });
  });
});
