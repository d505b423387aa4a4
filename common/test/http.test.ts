import { Writable } from 'node:stream';
import { Router } from 'express';
import request from 'supertest';
import { z } from 'zod';
import { AppError } from '../src/errors';
import {
  createHttpApp,
  optionalCaller,
  requireAdmin,
  requireCaller,
  validate,
  validateId,
} from '../src/http';
import { createLogger } from '../src/logging';
import { newId, signedInAs, testVerifier, tokenFor } from '../src/testing';

const lines: string[] = [];
const destination = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    lines.push(chunk.toString());
    done();
  },
});
const logger = createLogger({ service: 'test', destination });
let acceptsChanges = true;

const routes = Router();
routes.post(
  '/echo',
  (req, res) =>
    void res.json(
      validate(z.strictObject({ name: z.string(), at: z.object({ x: z.int() }).optional() }), req.body),
    ),
);
routes.get('/things/:id', (req, res) => void res.json({ id: validateId(req.params.id) }));
routes.get('/bug', () => {
  throw new Error('secret internals');
});
routes.get('/database', () =>
  Promise.reject(Object.assign(new Error('x'), { name: 'MongoServerSelectionError' })),
);
routes.get('/held', () => {
  throw new AppError('ticket_reserved', { details: { reservedUntil: 'soon' } });
});
routes.all('/me', (req, res) => void res.json(requireCaller(req)));
routes.get('/maybe', (req, res) => void res.json({ caller: optionalCaller(req)?.userId ?? null }));
routes.get('/admin', (req, res) => void res.json(requireAdmin(req)));

const appWith = (secureCookies: boolean) =>
  createHttpApp({
    logger,
    verifier: testVerifier(),
    secureCookies,
    routes,
    acceptsChanges: () => acceptsChanges,
  });
const app = appWith(false);

const sessionCookie = (jwt: string) => `session=${Buffer.from(JSON.stringify({ jwt })).toString('base64')}`;
const jane = newId();

describe('errors', () => {
  it('are problem+json with code, fields and the request id', async () => {
    const answer = await request(app)
      .post('/echo')
      .set('X-Request-Id', 'req-1')
      .send({ name: 7, at: { x: 1.5 }, $where: '1' });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['x-request-id']).toBe('req-1');
    expect(answer.body).toMatchObject({
      title: 'The request is not valid',
      status: 400,
      code: 'validation_failed',
      requestId: 'req-1',
    });
    expect(answer.body.errors.map((error: { field: string }) => error.field).sort()).toEqual([
      '$where',
      'at.x',
      'name',
    ]);
  });

  it.each<[string, () => request.Test, number, string]>([
    ['no body', () => request(app).post('/echo'), 400, 'validation_failed'],
    ['broken JSON', () => request(app).post('/echo').type('json').send('{"name":'), 400, 'malformed_json'],
    ['a JSON string', () => request(app).post('/echo').type('json').send('"name"'), 400, 'malformed_json'],
    [
      'a form',
      () => request(app).post('/echo').type('form').send({ name: 'x' }),
      415,
      'unsupported_media_type',
    ],
    [
      'an unknown charset',
      () => request(app).post('/echo').set('Content-Type', 'application/json; charset=klingon').send('{}'),
      415,
      'unsupported_media_type',
    ],
    [
      'more than 100 kB',
      () =>
        request(app)
          .post('/echo')
          .send({ name: 'x'.repeat(110_000) }),
      413,
      'body_too_large',
    ],
    ['an unknown path', () => request(app).get('/nowhere'), 404, 'not_found'],
    ['a malformed id', () => request(app).get('/things/42'), 400, 'validation_failed'],
    ['a broken escape in the path', () => request(app).get('/things/%E0%A4%A'), 400, 'validation_failed'],
    ['a conflict', () => request(app).get('/held'), 409, 'ticket_reserved'],
  ])('answer %s without blaming the server', async (_what, send, status, code) => {
    const answer = await send();
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('of a bug say nothing of their cause to the client and everything to the log', async () => {
    lines.length = 0;
    const answer = await request(app).get('/bug');
    expect([answer.status, answer.body.code, answer.body.title]).toEqual([
      500,
      'internal',
      'Something went wrong on our side',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('secret internals');
    const logged = lines.filter((line) => line.includes('secret internals'));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(answer.body.requestId);
  });

  it('of a dependency are 503 with Retry-After', async () => {
    const answer = await request(app).get('/database');
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
      503,
      'unavailable',
      '1',
    ]);
  });

  it('carry further members such as reservedUntil', async () => {
    expect((await request(app).get('/held')).body.reservedUntil).toBe('soon');
  });
});

describe('the caller', () => {
  it('is known by bearer token and by cookie', async () => {
    expect((await request(app).get('/me').set(signedInAs(jane))).body.userId).toBe(jane);
    const byCookie = await request(app)
      .get('/me')
      .set('Cookie', sessionCookie(tokenFor(jane)));
    expect(byCookie.body.userId).toBe(jane);
  });

  it.each<[string, Record<string, string>, number]>([
    ['a matching Origin', { Origin: 'http://shop.test' }, 200],
    ['Sec-Fetch-Site: same-origin', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['neither', {}, 401],
    ['another Origin', { Origin: 'http://evil.test' }, 401],
    ['another scheme', { Origin: 'https://shop.test' }, 401],
    ['a sandboxed page', { Origin: 'null' }, 401],
    [
      'Sec-Fetch-Site: same-site, whatever the Origin',
      { 'Sec-Fetch-Site': 'same-site', Origin: 'http://shop.test' },
      401,
    ],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }, 401],
  ])('changing something by cookie with %s', async (_what, headers, status) => {
    const answer = await request(app)
      .post('/me')
      .set({ Host: 'shop.test', Cookie: sessionCookie(tokenFor(jane)), ...headers });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.body.errors[0].message).toContain('Origin');
  });

  it('of an expired token is nobody on open pages and told token_expired on closed ones', async () => {
    const old = { Authorization: `Bearer ${tokenFor(jane, { now: () => Date.now() - 3_600_000 })}` };
    expect((await request(app).get('/maybe').set(old)).body).toEqual({ caller: null });
    const closed = await request(app).get('/me').set(old);
    expect([closed.status, closed.body.code]).toEqual([401, 'token_expired']);
  });

  it.each(['garbage', 'a.b.c', `${tokenFor(jane)}x`])('of a forged token %# is nobody', async (token) => {
    const answer = await request(app).get('/me').set('Authorization', `Bearer ${token}`);
    expect([answer.status, answer.body.code]).toEqual([401, 'not_signed_in']);
  });

  it('must be an operator where one is asked for', async () => {
    expect((await request(app).get('/admin')).status).toBe(401);
    expect((await request(app).get('/admin').set(signedInAs(jane))).status).toBe(403);
    expect(
      (
        await request(app)
          .get('/admin')
          .set(signedInAs(jane, { role: 'admin' }))
      ).status,
    ).toBe(200);
  });
});

describe('the app', () => {
  afterEach(() => (acceptsChanges = true));

  it('refuses changes and goes on reading when nobody would hear of the change', async () => {
    acceptsChanges = false;
    const change = await request(app).post('/echo').send({ name: 'x' });
    expect([change.status, change.headers['retry-after']]).toEqual([503, '5']);
    expect((await request(app).get('/maybe')).status).toBe(200);
  });

  it('replaces a request id that is none', async () => {
    const answer = await request(app).get('/maybe').set('X-Request-Id', 'bad id!');
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs one line per request, without query, cookie or token', async () => {
    lines.length = 0;
    const token = tokenFor(jane);
    await request(app)
      .get('/maybe?email=jane@example.test')
      .set('Authorization', `Bearer ${token}`)
      .set('Cookie', sessionCookie(token));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      req: { method: 'GET', path: '/maybe' },
      res: { status: 200 },
    });
    expect(lines[0]).not.toContain('jane@example.test');
    expect(lines[0]).not.toContain(token);
  });

  it('takes the session cookie under its https name only when cookies are secure', async () => {
    const cookie = sessionCookie(tokenFor(jane));
    const secure = appWith(true);
    expect((await request(secure).get('/maybe').set('Cookie', cookie)).body.caller).toBeNull();
    expect((await request(secure).get('/maybe').set('Cookie', `__Host-${cookie}`)).body.caller).toBe(jane);
  });
});
