import { newId } from '@gittix/common/testing';
import { loadHome } from '../../src/server/loads/home';
import { loadMissing } from '../../src/server/loads/missing';
import { loadTicket } from '../../src/server/loads/ticket';
import { configure } from '../support/configure';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { load } from '../support/load';
import { cookieOf } from '../support/session';
import { aBareTicket, aPage, aTicket, BUYER, SELLER, TICKET } from '../support/wire';

let services: FakeServices;

beforeAll(async () => {
  services = await startFakeServices();
  configure(services.url);
});
beforeEach(() => services.reset());
afterAll(() => services.close());

const params = { id: TICKET };
const asBuyer = { cookie: cookieOf(BUYER) };
const ticketPage = (headers: Record<string, string> = {}, path = `/tickets/${TICKET}`) =>
  load(loadTicket, { path, params, headers });

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
