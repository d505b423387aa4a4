import request from 'supertest';
import { openAuth, type AuthUnderTest } from '../support/auth-app';
import { cookieWith, newEmail, PASSWORD, setCookie, signIn, signUp, tokenIn } from '../support/requests';

let auth: AuthUnderTest;
beforeAll(async () => {
  auth = await openAuth();
});
afterAll(() => auth.close());

const post = (path: string) => request(auth.url).post(`/api/users/${path}`);

describe.each(['signup', 'signin'])('POST /api/users/%s with a body that is no good', (path) => {
  it('answers 413 to more than 100 kB', async () => {
    const answer = await post(path).send({ email: 'a@example.org', password: 'x'.repeat(101 * 1024) });
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'answers 415 to %s',
    async (type) => {
      const answer = await post(path).set('Content-Type', type).send('email=a@example.org&password=12345678');
      expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it('answers 400 to broken JSON and to JSON that is no object', async () => {
    const json = (text: string) => post(path).set('Content-Type', 'application/json').send(text);
    expect((await json('{"email":')).body).toMatchObject({ status: 400, code: 'malformed_json' });
    expect((await json('[]')).body).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await post(path)).body).toMatchObject({ status: 400, code: 'validation_failed' });
  });
});

it('answers 404 as a problem to what is not there', async () => {
  const answer = await request(auth.url).get('/api/users/nothing');
  expect(answer.headers['content-type']).toMatch('application/problem+json');
  expect(answer.body).toMatchObject({
    status: 404,
    code: 'not_found',
    requestId: expect.stringMatching(/.{36}/),
  });
});

describe('without the database', () => {
  let down: AuthUnderTest;
  let token: string;
  beforeAll(async () => {
    down = await openAuth();
    token = tokenIn(setCookie(await signUp(down.url)));
    await down.relay.stop();
    await down.connection.close();
  });
  afterAll(async () => {
    await down.connection.openUri(down.databaseUrl);
    await down.close();
  });

  it.each([
    ['sign-up', () => signUp(down.url)],
    ['sign-in', () => signIn(down.url, newEmail())],
    ['current user', () => request(down.url).get('/api/users/currentuser').set('Cookie', cookieWith(token))],
  ])('%s answers 503 with Retry-After', async (_what, send) => {
    const answer = await send();
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('keys, sign-out and the answer to nobody go on', async () => {
    await request(down.url).get('/.well-known/jwks.json').expect(200);
    await request(down.url).post('/api/users/signout').expect(204);
    await request(down.url).get('/api/users/currentuser').expect(200, { currentUser: null });
  });
});

describe('the log', () => {
  it('holds a line per request and nothing that lets anybody sign in', async () => {
    const email = newEmail();
    const first = await signUp(auth.url, email);
    const cookie = setCookie(first);
    await signIn(auth.url, email, 'a wrong but secret one');
    await signUp(auth.url, email);
    await request(auth.url)
      .get('/api/users/currentuser?jwt=in-the-address')
      .set({ Cookie: `session=${cookie.value}`, Authorization: `Bearer ${tokenIn(cookie)}` });
    await post('signup').set('Content-Type', 'application/json').send(`{"password":"${PASSWORD}"`);
    const stored = await auth.users.findById(first.body.id).select('+passwordHash');

    const log = auth.lines.join('');
    const requests = auth.lines.map((line) => JSON.parse(line)).filter(({ res }) => res);
    expect(requests.some(({ req, res }) => req.path === '/api/users/signup' && res.status === 201)).toBe(
      true,
    );
    expect(requests.every(({ requestId }) => typeof requestId === 'string')).toBe(true);
    for (const secret of [
      PASSWORD,
      'a wrong but secret one',
      'in-the-address',
      cookie.value,
      tokenIn(cookie).slice(0, 40),
      stored?.passwordHash ?? 'no hash',
      'argon2id',
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
