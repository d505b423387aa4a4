import { newId } from '@gittix/common/testing';
import { loadAccount } from '../../src/server/loads/accounts';
import { loadEdit, loadListings } from '../../src/server/loads/listings';
import { loadOrder, loadOrders } from '../../src/server/loads/orders';
import { configure } from '../support/configure';
import { problemAnswer, startFakeServices, type FakeServices } from '../support/fake-services';
import { load } from '../support/load';
import { cookieOf } from '../support/session';
import { anOrder, aPage, aPayment, aTicket, BUYER, ORDER, SELLER, TICKET } from '../support/wire';

let services: FakeServices;

beforeAll(async () => {
  services = await startFakeServices();
  configure(services.url);
});
beforeEach(() => services.reset());
afterAll(() => services.close());

const params = { id: TICKET };
const asBuyer = { cookie: cookieOf(BUYER) };

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
