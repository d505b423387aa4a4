import { ticket as ticketSchema } from '@gittix/common/api';
import { readCookie, readToken } from '../../src/server/cookies';
import { contentSecurityPolicy } from '../../src/server/csp';
import { loadTicket } from '../../src/server/loads/ticket';
import { getFrom } from '../../src/server/services';
import { readViewer } from '../../src/server/viewer';
import { configure } from '../support/configure';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { load } from '../support/load';
import { cookieOf } from '../support/session';
import { aTicket, BUYER, SELLER, TICKET } from '../support/wire';

let services: FakeServices;

beforeAll(async () => {
  services = await startFakeServices();
  configure(services.url);
});
beforeEach(() => services.reset());
afterAll(() => services.close());

const ticketPage = (headers: Record<string, string>) =>
  load(loadTicket, { path: `/tickets/${TICKET}`, params: { id: TICKET }, headers });

describe('what pages pass on to the services', () => {
  it('is the cookie, the visitor’s address and origin, the trace and the request id, and nothing else', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    await ticketPage({
      cookie: 'session=abc; zone=UTC',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
      'x-request-id': 'from-ingress',
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
      'if-none-match': '"secret"',
      'content-length': '5',
    });
    const [seen] = services.seen;
    expect(seen?.headers).toMatchObject({
      cookie: 'session=abc; zone=UTC',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
      'x-request-id': 'from-ingress',
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    });
    expect(seen?.headers).not.toHaveProperty('if-none-match');
    expect(seen?.headers).not.toHaveProperty('content-length');
  });

  it('makes a request id when there is none or it could forge log lines, and shows it on the answer', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    const given = await ticketPage({ 'x-request-id': 'bad id\n{"level":"error"}' });
    expect(given.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(services.seen[0]?.headers['x-request-id']).toBe(given.headers['x-request-id']);
  });
});

describe('getFrom', () => {
  const path = `/api/tickets/${TICKET}`;
  const get = () => getFrom('tickets', path, ticketSchema, {});

  it.each([
    [401, 'token_expired', 'not_signed_in'],
    [403, 'forbidden', 'forbidden'],
    [404, 'not_found', 'not_found'],
    [503, 'unavailable', 'unavailable'],
    [500, 'internal', 'unavailable'],
    [429, 'too_many_requests', 'unavailable'],
  ])('%d %s is %s', async (status, code, kind) => {
    services.answer(`GET ${path}`, problemAnswer(status, code));
    await expect(get()).rejects.toMatchObject({ name: 'ApiFailure', kind });
  });

  it('waits no longer than it was told', async () => {
    services.answer(`GET ${path}`, { silent: true });
    configure(services.url, { apiTimeoutMs: 100 });
    await jest.isolateModulesAsync(async () => {
      // Settings are read once, at the first request.
      const impatient = await import('../../src/server/services');
      const asked = impatient.getFrom('tickets', path, ticketSchema, {});
      await expect(asked).rejects.toMatchObject({ kind: 'unavailable', cause: { name: 'TimeoutError' } });
    });
    configure(services.url);
  });

  it('asks once more when the kept-open connection was just closed', async () => {
    services.answer(`GET ${path}`, { body: aTicket() });
    services.answer(`GET ${path}`, { hangUp: true }, 1);
    await expect(get()).resolves.toMatchObject({ id: TICKET });
    expect(services.seen).toHaveLength(2);
  });

  it('a service that is gone is unavailable', async () => {
    await expect(getFrom('auth', '/api/users/currentuser', ticketSchema, {})).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it.each([
    ['a wrong shape', { body: { id: TICKET } }],
    ['no JSON', { body: '<html>' }],
  ])('%s is a fault of ours, not data', async (_what, answer) => {
    services.answer(`GET ${path}`, answer);
    await expect(get()).rejects.toMatchObject({ kind: 'internal' });
  });
});

describe('who is signed in', () => {
  it('is read from the token alone, with auth down', async () => {
    expect(await readViewer(cookieOf(BUYER))).toEqual({ signedIn: true, userId: BUYER, role: 'user' });
    const bound = cookieOf(BUYER, { name: '__Host-session' });
    expect(await readViewer(bound)).toMatchObject({ userId: BUYER });
    // A cookie another host could have planted does not outdo the one bound to this host.
    expect(await readViewer(`${cookieOf(SELLER)}; ${bound}`)).toMatchObject({ userId: BUYER });
  });

  it.each([
    ['nothing', undefined],
    ['an expired token', cookieOf(BUYER, { now: () => Date.now() - 3_600_000 })],
    [
      'a token of other keys',
      `session=${Buffer.from('{"jwt":"eyJhbGciOiJub25lIn0.e30."}').toString('base64')}`,
    ],
    ['a cookie that is no JSON', 'session=not-base64-json'],
    ['a cookie that is no text', 'session=%E0%A4%A'],
    ['an empty session', `session=${Buffer.from('{}').toString('base64')}`],
  ])('%s is nobody', async (_what, cookie) => {
    expect(await readViewer(cookie)).toEqual({ signedIn: false });
  });

  it('cookies are read whole', () => {
    expect(readCookie('a=1; zone=Europe%2FBerlin; b=2', 'zone')).toBe('Europe/Berlin');
    expect(readCookie('xzone=1', 'zone')).toBeUndefined();
    expect(readToken('session=')).toBeUndefined();
  });
});

describe('the policy', () => {
  it('lets in Stripe and the emulator, no inline script, no framing', () => {
    const policy = Object.fromEntries(
      contentSecurityPolicy('n0nce')
        .split('; ')
        .map((rule) => [rule.split(' ')[0], rule]),
    );
    expect(policy['script-src']).toBe("script-src 'self' https://js.stripe.com http://127.0.0.1:9999");
    for (const name of ['style-src', 'connect-src', 'frame-src']) {
      expect(policy[name]).toContain('http://127.0.0.1:9999');
    }
    expect(policy['connect-src']).toContain('https://api.stripe.com');
    expect(policy['style-src']).toContain("'nonce-n0nce'");
    expect(policy['frame-ancestors']).toBe("frame-ancestors 'none'");
    expect(Object.values(policy).join()).not.toContain('unsafe');
  });
});
