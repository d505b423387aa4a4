import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ticket as ticketSchema } from '@gittix/common/api';
import { newId } from '@gittix/common/testing';
import { readCookie, readToken } from '../../src/server/cookies';
import { contentSecurityPolicy } from '../../src/server/csp';
import { getFrom } from '../../src/server/services';
import { readViewer } from '../../src/server/viewer';
import { loadEdit, loadListings } from '../../src/server/loads/listings';
import { loadAccount } from '../../src/server/loads/accounts';
import { loadHome } from '../../src/server/loads/home';
import { loadMissing } from '../../src/server/loads/missing';
import { loadOrder, loadOrders } from '../../src/server/loads/orders';
import { loadTicket } from '../../src/server/loads/ticket';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { load } from '../support/load';
import { cookieOf, testJwks } from '../support/session';
import {
  aBareTicket,
  anOrder,
  aPage,
  aPayment,
  aTicket,
  BUYER,
  ORDER,
  SELLER,
  TICKET,
} from '../support/wire';

let services: FakeServices;
let dead: Server;

beforeAll(async () => {
  services = await startFakeServices();
  // A port nobody listens on any more: auth is down in all these tests.
  dead = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => dead.once('listening', resolve));
  const { port } = dead.address() as AddressInfo;
  await new Promise((resolve) => dead.close(resolve));
  Object.assign(process.env, {
    AUTH_URL: `http://127.0.0.1:${port}`,
    TICKETS_URL: services.url,
    ORDERS_URL: services.url,
    PAYMENTS_URL: services.url,
    API_TIMEOUT_MS: '400',
    JWKS: testJwks(),
    STRIPE_JS_ORIGIN: 'http://127.0.0.1:9999/v3/',
    LOG_LEVEL: 'silent',
  });
});
beforeEach(() => services.reset());
afterAll(() => services.close());

const params = { id: TICKET };
const asBuyer = { cookie: cookieOf(BUYER) };
const ticketPage = (headers: Record<string, string> = {}, path = `/tickets/${TICKET}`) =>
  load(loadTicket, { path, params, headers });

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
    await expect(get()).rejects.toMatchObject({ kind: 'unavailable' });
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

describe('the home page', () => {
  const home = (path = '/') => load(loadHome, { path });
  const asked = () => new URL(services.seen[0]?.url ?? '', 'http://x').searchParams;

  it('shows what was found', async () => {
    services.answer('GET /api/tickets', {
      body: aPage([aTicket(), aBareTicket()], { totalItems: 45, totalPages: 3 }),
    });
    const { status, props, headers } = await home();
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('private, no-store');
    expect(props?.results).toMatchObject({
      kind: 'found',
      total: 45,
      pages: 3,
      tickets: [
        {
          title: 'Swan Lake',
          place: 'Royal Albert Hall, London',
          starts: { text: 'Fri 12 Jun 2099, 19:30', zone: 'London' },
        },
        { title: 'Swan Lake', price: { amount: 2000 } },
      ],
    });
    expect(JSON.stringify(props)).not.toContain('sellerId');
  });

  it('asks the API in its own terms: cents, instants, the last day included', async () => {
    services.answer('GET /api/tickets', { body: aPage([]) });
    await home(
      '/?q=swan&city=London&category=theatre&from=2027-06-01&to=2027-06-30&min=10&max=99.50&sort=price&page=2',
    );
    expect(Object.fromEntries(asked())).toEqual({
      q: 'swan',
      city: 'London',
      category: 'theatre',
      from: '2027-06-01T00:00:00.000Z',
      to: '2027-07-01T00:00:00.000Z',
      minPrice: '1000',
      maxPrice: '9950',
      sort: 'price',
      page: '2',
      perPage: '20',
    });
  });

  it('drops what the API would refuse instead of failing', async () => {
    services.answer('GET /api/tickets', { body: aPage([]) });
    await home('/?category=cars&from=yesterday&min=cheap&sort=worst&page=-3&q=%20');
    expect(Object.fromEntries(asked())).toEqual({ sort: 'newest', page: '1', perPage: '20' });
  });

  it('tells three kinds of nothing apart', async () => {
    services.answer('GET /api/tickets', { body: aPage([]) });
    expect((await home('/?q=zzz')).props?.results).toEqual({ kind: 'nothingFound' });
    expect((await home('/')).props?.results).toEqual({ kind: 'nothingAtAll' });
    services.answer('GET /api/tickets', problemAnswer(503, 'unavailable'));
    expect((await home('/')).props?.results).toEqual({ kind: 'failed' });
  });

  it('goes to the last page when asked behind the end', async () => {
    services.answer('GET /api/tickets', {
      body: aPage([aTicket()], { page: 3, totalItems: 41, totalPages: 3 }),
    });
    services.answer('GET /api/tickets', { body: aPage([], { page: 9, totalItems: 41, totalPages: 3 }) }, 1);
    expect((await home('/?page=9')).props?.results).toMatchObject({ kind: 'found', page: 3 });
  });
});

describe('the ticket page', () => {
  it('knows whose ticket it is', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    expect((await ticketPage(asBuyer)).props).toMatchObject({
      ticket: { mine: false },
      viewer: { signedIn: true },
    });
    expect((await ticketPage({ cookie: cookieOf(SELLER) })).props).toMatchObject({ ticket: { mine: true } });
    expect((await ticketPage()).props).toMatchObject({
      ticket: { mine: false },
      viewer: { signedIn: false },
    });
  });

  it('describes event and offer for machines, safe against titles that end scripts', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, {
      body: aTicket({ title: '</script><script>alert(1)</script>' }),
    });
    const { props } = await ticketPage({ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' });
    expect(props?.jsonLd).not.toContain('<');
    expect(JSON.parse(String(props?.jsonLd))).toMatchObject({
      '@type': 'Event',
      name: '</script><script>alert(1)</script>',
      startDate: '2099-06-12T18:30:00.000Z',
      location: { name: 'Royal Albert Hall', address: 'London' },
      offers: {
        price: '20.00',
        priceCurrency: 'USD',
        availability: 'https://schema.org/InStock',
        url: `https://shop.example/tickets/${TICKET}`,
      },
    });
  });

  it('calls a ticket without date and place a product', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aBareTicket() });
    expect(JSON.parse(String((await ticketPage()).props?.jsonLd))).toMatchObject({ '@type': 'Product' });
  });

  it('offers similar tickets that can be had when this one cannot', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ status: 'reserved' }) });
    const others = [
      aTicket(),
      aTicket({ id: newId(), status: 'reserved' }),
      aTicket({ id: newId(), title: 'Giselle' }),
    ];
    services.answer('GET /api/tickets', { body: aPage(others) });
    expect((await ticketPage()).props?.similar).toMatchObject([{ title: 'Giselle' }]);
    expect(services.seen.at(-1)?.url).toContain('category=theatre');
  });

  it('looks for similar tickets of an available one only when asked', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    services.answer('GET /api/tickets', { body: aPage([aTicket({ id: newId() })]) });
    expect((await ticketPage()).props?.similar).toEqual([]);
    expect((await ticketPage({}, `/tickets/${TICKET}?similar=1`)).props?.similar).toHaveLength(1);
  });

  it('is shown without similar tickets when they cannot be loaded', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ status: 'sold' }) });
    services.answer('GET /api/tickets', { hangUp: true });
    expect(await ticketPage()).toMatchObject({ status: 200, props: { similar: [] } });
  });

  it('shows a zone it does not know as UTC, named', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ timeZone: 'Mars/Olympus' }) });
    expect((await ticketPage()).props).toMatchObject({ ticket: { starts: { clock: '18:30', zone: 'UTC' } } });
  });
});

describe('pages that fail', () => {
  it.each([
    [404, 'not_found', 404],
    [503, 'unavailable', 503],
    [500, 'unavailable', 503],
  ])('a %d of the service is the page %s with status %d', async (told, kind, status) => {
    services.answer(`GET /api/tickets/${TICKET}`, problemAnswer(told, 'x'));
    const page = await ticketPage();
    expect(page.status).toBe(status);
    expect(page.props).toMatchObject({ failure: { kind }, requestId: page.headers['x-request-id'] });
    expect(page.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
  });

  it.each(['nonsense', 'A'.repeat(24), `${'c'.repeat(24)}0`])(
    'the id %s is not even asked for',
    async (id) => {
      const page = await load(loadTicket, { path: `/tickets/${id}`, params: { id } });
      expect(page.status).toBe(404);
      expect(services.seen).toEqual([]);
    },
  );

  it('an unknown address is a 404 of ours', async () => {
    expect(await load(loadMissing, { path: '/nope', params: {} })).toMatchObject({
      status: 404,
      props: { failure: { kind: 'not_found' } },
    });
  });
});

describe('pages for signed-in people', () => {
  const order = (headers: Record<string, string> = asBuyer, path = `/orders/${ORDER}`) =>
    load(loadOrder, { path, params: { id: ORDER }, headers });

  it('send others to sign in and back', async () => {
    expect((await order({}, `/orders/${ORDER}?x=1`)).redirect).toBe(
      `/signin?next=${encodeURIComponent(`/orders/${ORDER}?x=1`)}`,
    );
    expect(services.seen).toEqual([]);
  });

  it('also when only the service knows that the session has ended', async () => {
    services.answer(`GET /api/orders/${ORDER}`, problemAnswer(401, 'token_expired'));
    expect((await order()).redirect).toBe(`/signin?next=${encodeURIComponent(`/orders/${ORDER}`)}`);
  });

  it('show the order with its payment and ticket, but no secret of the payment', async () => {
    services.answer(`GET /api/orders/${ORDER}`, { body: anOrder() });
    services.answer(`GET /api/payments/${ORDER}`, { body: aPayment({ status: 'authorized' }) });
    services.answer(`GET /api/tickets/${TICKET}`, {
      body: aTicket({ price: { amount: 9900, currency: 'usd' } }),
    });
    const { props } = await order();
    expect(props?.order).toMatchObject({
      paymentStatus: 'authorized',
      canExtend: true,
      // The order's own price, whatever the ticket costs by now.
      items: [{ title: 'Swan Lake', price: { amount: 2000 }, place: 'Royal Albert Hall, London' }],
    });
    expect(JSON.stringify(props)).not.toMatch(/secret|pk_test/);
  });

  it('show the order alone when payments and tickets do not answer', async () => {
    services.answer(`GET /api/orders/${ORDER}`, { body: anOrder() });
    services.answer(`GET /api/payments/${ORDER}`, { hangUp: true });
    services.answer(`GET /api/tickets/${TICKET}`, problemAnswer(503, 'unavailable'));
    expect(await order()).toMatchObject({
      status: 200,
      props: { order: { items: [{ title: 'Swan Lake' }] } },
    });
  });

  it('count extensions', async () => {
    const at = '2026-11-21T12:10:00.000Z';
    const extended = { at, event: 'OrderUpdated', by: `buyer:${BUYER}` };
    services.answer(`GET /api/orders/${ORDER}`, { body: anOrder({ timeline: [extended, extended] }) });
    expect((await order()).props).toMatchObject({ order: { canExtend: false } });
  });

  it('group orders by what the buyer has to do with them', async () => {
    const past = aTicket({ id: newId(), startsAt: '2020-01-01T00:00:00.000Z' });
    const paid = (ticketId: string) =>
      anOrder({ id: newId(), status: 'complete', items: [{ ...anOrder().items[0]!, ticketId }] });
    const all = [anOrder({ id: newId(), status: 'expired' }), paid(past.id), paid(TICKET), anOrder()];
    services.answer('GET /api/orders', { body: aPage(all) });
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    services.answer(`GET /api/tickets/${past.id}`, { body: past });
    const { props } = await load(loadOrders, { path: '/orders', headers: asBuyer });
    const groups = props?.groups as { name: string; orders: { status: string }[] }[];
    expect(groups.map(({ name, orders }) => [name, orders.map(({ status }) => status)])).toEqual([
      ['toPay', ['created']],
      ['upcoming', ['complete']],
      ['past', ['expired', 'complete']],
    ]);
  });

  it('group listings by state and leave out empty groups', async () => {
    services.answer('GET /api/tickets', { body: aPage([aTicket({ status: 'sold' }), aTicket()]) });
    const { props } = await load(loadListings, { path: '/listings', headers: { cookie: cookieOf(SELLER) } });
    expect((props?.groups as { status: string }[]).map(({ status }) => status)).toEqual([
      'available',
      'sold',
    ]);
    expect(services.seen[0]?.url).toContain('seller=me');
  });

  it('let only the seller edit, and only a live listing', async () => {
    const edit = (userId: string) =>
      load(loadEdit, { path: `/tickets/${TICKET}/edit`, params, headers: { cookie: cookieOf(userId) } });
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
    expect(await edit(BUYER)).toMatchObject({ status: 403, props: { failure: { kind: 'forbidden' } } });
    expect((await edit(SELLER)).props).toMatchObject({
      draft: { title: 'Swan Lake', price: '20.00', startsAt: '2099-06-12T19:30', timeZone: 'Europe/London' },
    });
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ status: 'reserved' }) });
    expect((await edit(SELLER)).props).toMatchObject({ closed: 'reserved' });
  });

  it('take the way back from the address only when it stays on this site', async () => {
    expect((await load(loadAccount, { path: '/signin?next=/sell' })).props?.next).toBe('/sell');
    expect((await load(loadAccount, { path: '/signin?next=//evil.example' })).props?.next).toBe('/');
  });

  it('take the visitor’s zone from its cookie when it is one', async () => {
    const zoneOf = async (cookie: string) =>
      (await load(loadAccount, { path: '/signin', headers: { cookie } })).props?.zone;
    expect(await zoneOf('zone=Europe%2FBerlin')).toBe('Europe/Berlin');
    expect(await zoneOf('zone=Nowhere%2FLand')).toBe('UTC');
    expect(await zoneOf('')).toBe('UTC');
  });
});
