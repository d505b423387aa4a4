import { newId, waitFor } from '@gittix/common/testing';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { cookieOf } from '../support/session';
import { startShop, type Shop } from '../support/shop';
import { anOrder, aPage, aPayment, aTicket, BUYER, ORDER, SELLER, TICKET } from '../support/wire';

let services: FakeServices;
/** Set once it runs: when it could not start, there is nothing to stop but the services. */
let started: Shop | undefined;
let shop: Shop;

beforeAll(async () => {
  services = await startFakeServices();
  shop = started = await startShop(services.url);
}, 90_000);
beforeEach(() => {
  services.reset();
  const many = Array.from({ length: 20 }, () =>
    aTicket({ id: newId(), section: '104', row: 'F', seat: '12' }),
  );
  services.answer('GET /api/tickets', { body: aPage(many, { totalItems: 45, totalPages: 3 }) });
  services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket() });
  services.answer('GET /api/orders', { body: aPage([anOrder()]) });
  services.answer(`GET /api/orders/${ORDER}`, { body: anOrder() });
  services.answer(`GET /api/payments/${ORDER}`, { body: aPayment() });
});
afterAll(async () => {
  const code = await started?.stop();
  await services.close();
  expect([0, 143]).toContain(code);
});

const buyer = { cookie: cookieOf(BUYER) };
const seller = { cookie: cookieOf(SELLER) };
const viewers = { nobody: {}, buyer, seller };
const count = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].length;

describe.each([
  ['/', 'nobody', 'Find tickets'],
  ['/?q=nothing&min=5', 'nobody', 'Find tickets'],
  [`/tickets/${TICKET}`, 'nobody', 'Swan Lake'],
  [`/tickets/${TICKET}`, 'seller', 'Swan Lake'],
  [`/tickets/${TICKET}/edit`, 'seller', 'Edit your listing'],
  ['/signin', 'nobody', 'Sign in'],
  ['/signup?next=%2Fsell', 'nobody', 'Create your account'],
  ['/sell', 'seller', 'Sell a ticket'],
  ['/listings', 'seller', 'My listings'],
  ['/orders', 'buyer', 'My orders'],
  [`/orders/${ORDER}`, 'buyer', 'Pay for your ticket'],
  ['/no/such/page', 'nobody', 'There is nothing here'],
  ['/orders/nonsense', 'buyer', 'There is nothing here'],
  ['/%E0%A4%A', 'nobody', 'Something went wrong on our side'],
] as const)('the page %s for the %s', (path, viewer, heading) => {
  let html: string;
  let answer: Awaited<ReturnType<Shop['get']>>;
  beforeEach(async () => {
    answer = await shop.get(path, viewers[viewer]);
    ({ html } = answer);
  });

  it('has one title, one h1, a language, a skip link and a main part', () => {
    expect(html).toContain('<html lang="en"');
    expect(count(html, /<title[ >]/g)).toBe(1);
    expect(/<title[^>]*>([^<]+)</.exec(html)?.[1]).toBe(`${heading} · GitTix`);
    expect(count(html, /<h1[ >]/g)).toBe(1);
    expect(/<h1[^>]*>([^<]+)</.exec(html)?.[1]).toBe(heading);
    expect(html).toContain('href="#main"');
    expect(count(html, /<main id="main"/g)).toBe(1);
  });

  it('has a label for every field and an accessible name for every navigation', () => {
    const controls = [...html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => !tag.includes('type="hidden"'));
    for (const tag of controls) {
      const id = /\bid="([^"]+)"/.exec(tag)?.[1];
      expect(html).toContain(`<label for="${id}"`);
    }
    for (const [tag] of html.matchAll(/<nav\b[^>]*>/g)) expect(tag).toContain('aria-label=');
  });

  it('is small, has no inline script or style, and its policy would not let one run', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
      expect(tag).toMatch(/\bsrc="\/|type="application\/(ld\+)?json"/);
    }
    expect(html).not.toMatch(/ style="/);
    expect(html).not.toMatch(/ on\w+="/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' https://js.stripe.com http://127.0.0.1:9999;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('strict-transport-security')).toBeNull();
  });
});

describe('without script', () => {
  it('the search is a GET form that keeps what was typed, and the pages are links that keep the search', async () => {
    const { html } = await shop.get('/?q=swan&sort=price&category=theatre&page=2');
    services.answer('GET /api/tickets', {
      body: aPage([aTicket()], { page: 2, totalItems: 45, totalPages: 3 }),
    });
    const second = await shop.get('/?q=swan&sort=price&category=theatre&page=2');
    expect(html).toMatch(/<form[^>]*action="\/" method="get"/);
    expect(html).toMatch(/<input[^>]*name="q"[^>]*value="swan"/);
    expect(html).toContain('<option value="price" selected="">');
    expect(html).toContain('45 tickets');
    expect(html).toContain(`href="/tickets/`);
    expect(second.html).toContain('href="/?q=swan&amp;category=theatre&amp;sort=price&amp;page=3"');
    expect(second.html).toContain('href="/?q=swan&amp;category=theatre&amp;sort=price"');
    expect(second.html).toContain('Page 2 of 3');
  });

  it('a held ticket says until when, a price its currency, a time its zone', async () => {
    const held = aTicket({ status: 'reserved', reservedUntil: '2099-01-01T14:52:00.000Z' });
    services.answer('GET /api/tickets', { body: aPage([held]) });
    const { html } = await shop.get('/', { cookie: 'zone=Europe%2FBerlin' });
    expect(html.replaceAll('<!-- -->', '')).toMatch(/On hold until <time[^>]*>15:52<\/time>/);
    expect(html).toMatch(/\$20\.00.*USD/);
    expect(html.replaceAll('<!-- -->', '')).toContain('Fri 12 Jun 2099, 19:30</time> <span>(London time)');
  });

  it('forms with a password are never sent as GET', async () => {
    const { html } = await shop.get('/signin');
    expect(html).toMatch(/<form[^>]*method="post"/);
    expect(html).toContain('autoComplete="current-password"');
    expect(html).toContain('<noscript>');
  });
});

describe('the ticket page', () => {
  it('tells search engines and messengers what it is', async () => {
    const { html, headers } = await shop.get(`/tickets/${TICKET}`, {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
    });
    expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
    expect(html).toContain('property="og:title" content="Swan Lake"');
    expect(html).toContain(`property="og:url" content="https://shop.example/tickets/${TICKET}"`);
    expect(html).toContain('property="og:description" content="Swan Lake for $20.00, everything included.');
    expect(/<script type="application\/ld\+json"[^>]*>([^<]+)</.exec(html)?.[1]).toContain('"@type":"Event"');
  });

  it('sells to others, not to the seller', async () => {
    const own = await shop.get(`/tickets/${TICKET}`, seller);
    const other = await shop.get(`/tickets/${TICKET}`, buyer);
    const nobody = await shop.get(`/tickets/${TICKET}`);
    expect(own.html).not.toContain('Buy now');
    expect(own.html).toContain(`href="/tickets/${TICKET}/edit"`);
    expect(other.html).toContain('Buy now');
    expect(other.html).not.toContain('/edit"');
    expect(nobody.html).toContain(`name="next" value="/tickets/${TICKET}?buy=1"`);
  });

  it.each([
    ['sold', 'This ticket is sold.'],
    ['withdrawn', 'The seller has withdrawn this ticket.'],
    ['reserved', 'Someone is paying for this ticket right now.'],
  ] as const)('a %s ticket cannot be bought', async (status, text) => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ status }) });
    const { html } = await shop.get(`/tickets/${TICKET}`, buyer);
    expect(html).toContain(text);
    expect(html).not.toContain('Buy now');
  });

  it('brings its buyer back to the order', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, { body: aTicket({ status: 'reserved', orderId: ORDER }) });
    const { html } = await shop.get(`/tickets/${TICKET}`, buyer);
    expect(html).toContain(`href="/orders/${ORDER}"`);
  });
});

describe('an order in each of its ends', () => {
  it.each([
    [{ status: 'complete' }, 'Your ticket is paid', 'Print receipt'],
    [{ status: 'secured' }, 'Checking your payment', 'Do not pay again.'],
    [{ status: 'expired' }, 'Your hold has ended', 'You have not been charged.'],
    [
      { status: 'created', expiresAt: '2020-01-01T00:00:00.000Z' },
      'Your hold has ended',
      'This page updates itself.',
    ],
    [{ status: 'cancelled', reason: 'payment_failed' }, 'This order is cancelled', 'Your bank did not let'],
    [{ status: 'refunded' }, 'This order is refunded', 'on its way back'],
  ] as const)('%j', async (changes, heading, text) => {
    services.answer(`GET /api/orders/${ORDER}`, { body: anOrder(changes) });
    const { html } = await shop.get(`/orders/${ORDER}`, buyer);
    expect(/<h1[^>]*>([^<]+)</.exec(html)?.[1]).toBe(heading);
    expect(html).toContain(text);
    expect(html).not.toMatch(/>Pay \$/);
  });
});

describe('a card that was authorised too late', () => {
  it.each([
    ['voiding', 'The hold of $20.00 on your card, if your bank made one, is being released'],
    ['voided', 'The hold of $20.00 on your card was released; you were not charged.'],
    ['refunding', 'The $20.00 that your card was charged goes back to it.'],
  ] as const)('payment %s: the page says so to whoever opens it', async (status, text) => {
    const authorizedAt = '2026-11-21T12:16:00.000Z';
    services.answer(`GET /api/orders/${ORDER}`, { body: anOrder({ status: 'expired' }) });
    services.answer(`GET /api/payments/${ORDER}`, { body: aPayment({ status, authorizedAt }) });
    const { html } = await shop.get(`/orders/${ORDER}`, buyer);
    expect(html).toContain('The payment came too late');
    expect(html).toContain(text);
  });
});

describe('failures', () => {
  it('are pages with the request id to quote, and tell nothing of the inside', async () => {
    services.answer(`GET /api/tickets/${TICKET}`, {
      status: 500,
      body: 'Error: connect ECONNREFUSED at /srv/x.js:1',
    });
    const down = await shop.get(`/tickets/${TICKET}`, { 'x-request-id': 'quote-me-1' });
    expect(down.status).toBe(503);
    expect(down.html).toContain('quote-me-1');
    expect(down.html).not.toMatch(/ECONNREFUSED|\.js:1|127\.0\.0\.1:\d+\/api/);
    const missing = await shop.get('/nope', { 'x-request-id': 'quote-me-2' });
    expect(missing.status).toBe(404);
    expect(missing.html).toContain('quote-me-2');
  });

  it('of the list are a text on the page', async () => {
    services.answer('GET /api/tickets', problemAnswer(503, 'unavailable'));
    const { status, html } = await shop.get('/');
    expect(status).toBe(200);
    expect(html).toContain('The tickets could not be loaded');
  });

  it('are logged once, without cookies', async () => {
    const [asked, afterwards] = [newId(), newId()];
    for (const id of [asked, afterwards]) {
      services.answer(`GET /api/tickets/${id}`, problemAnswer(503, 'unavailable'));
      await shop.get(`/tickets/${id}`, buyer);
    }
    const linesOf = (id: string) =>
      shop
        .log()
        .split('\n')
        .slice(0, -1)
        .filter((line) => line.includes(id));
    // Its output comes by another way than its answers; what it says later comes later.
    await waitFor(() => linesOf(afterwards).length > 0, { what: 'the log' });
    const lines = linesOf(asked);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', service: 'tickets', status: 503 });
    expect(shop.log()).not.toContain(buyer.cookie);
  });
});
