import { poll } from './support/poll';
import { startGitTix, type GitTix } from './support/gittix';
import { Person } from './support/person';

let gittix: GitTix;
let seller: Person;
let buyer: Person;
let stranger: Person;

beforeAll(async () => {
  gittix = await startGitTix();
  [seller, buyer, stranger] = (await Promise.all([1, 2, 3].map(() => Person.signedUp(gittix.url)))) as [
    Person,
    Person,
    Person,
  ];
}, 300_000);
afterAll(() => gittix.stop());

const orderIs = (who: Person, id: string, status: string) =>
  poll(async () => (await who.get(`/api/orders/${id}`)).body.status === status, {
    what: () => `order ${id} ${status}`,
  });
const ticketIs = (id: string, status: string) =>
  poll(async () => (await stranger.get(`/api/tickets/${id}`)).body.status === status, {
    what: () => `ticket ${id} ${status}`,
  });

describe('buying a ticket', () => {
  it('goes from listing to sold, and shuts everybody else out on the way', async () => {
    const ticket = await seller.lists();
    const reserved = await buyer.reserves(ticket.id);
    expect(reserved.status).toBe(201);
    expect(reserved.body).toMatchObject({
      status: 'created',
      userId: buyer.id,
      total: { amount: 2_000, currency: 'usd' },
    });
    const orderId: string = reserved.body.id;

    const late = await stranger.reserves(ticket.id);
    expect([late.status, late.body.code, late.body.reservedUntil]).toEqual([
      409,
      'ticket_reserved',
      reserved.body.expiresAt,
    ]);
    const own = await seller.reserves((await seller.lists()).id);
    expect([own.status, own.body.code]).toEqual([422, 'own_ticket']);

    await ticketIs(ticket.id, 'reserved');
    const edit = { title: 'Changed', price: { amount: 9_900, currency: 'usd' } };
    expect((await seller.put(`/api/tickets/${ticket.id}`, edit)).status).toBe(409);
    expect((await stranger.put(`/api/tickets/${ticket.id}`, edit)).status).toBe(403);
    expect((await seller.delete(`/api/tickets/${ticket.id}`)).status).toBe(409);

    const { started, confirmed } = await buyer.pays(orderId);
    expect(started.body.clientSecret).toMatch(/^pi_\w+_secret_\w+$/);
    expect([confirmed.status, confirmed.body.status]).toEqual([200, 'requires_capture']);
    await orderIs(buyer, orderId, 'complete');
    await ticketIs(ticket.id, 'sold');
    const again = await stranger.reserves(ticket.id);
    expect([again.status, again.body.code]).toEqual([409, 'ticket_sold']);
  });

  it("shows and changes nothing of another person's order", async () => {
    const order = (await buyer.reserves((await seller.lists()).id)).body;
    for (const somebody of [stranger, new Person(gittix.url)]) {
      const answers = [
        await somebody.get(`/api/orders/${order.id}`),
        await somebody.delete(`/api/orders/${order.id}`),
        await somebody.post(`/api/orders/${order.id}/extend`),
        await somebody.post('/api/payments', { orderId: order.id }),
        await somebody.get(`/api/payments/${order.id}`),
        await somebody.post(`/api/payments/${order.id}/refund`, { reason: 'mine now' }),
      ];
      for (const answer of answers) expect([401, 403, 404]).toContain(answer.status);
    }
    expect((await buyer.get(`/api/orders/${order.id}`)).body).toMatchObject({
      status: 'created',
      version: 0,
    });
  });

  it('keeps the hold after a declined card, and takes the next one', async () => {
    const ticket = await seller.lists();
    const order = (await buyer.reserves(ticket.id)).body;
    const { confirmed } = await buyer.pays(order.id, 'pm_card_chargeDeclined');
    expect(confirmed.status).toBe(402);
    expect((await buyer.get(`/api/orders/${order.id}`)).body.status).toBe('created');
    await buyer.pays(order.id, 'pm_card_visa');
    await orderIs(buyer, order.id, 'complete');
  });

  it('frees the ticket at once when the buyer lets go, and voids the hold on the card', async () => {
    const ticket = await seller.lists();
    const order = (await buyer.reserves(ticket.id)).body;
    await buyer.startsPaying(order.id);
    expect((await buyer.delete(`/api/orders/${order.id}`)).body.status).toBe('cancelled');
    expect((await stranger.reserves(ticket.id)).status).toBe(201);
    await poll(async () => (await buyer.get(`/api/payments/${order.id}`)).body.status === 'voided');
  });

  it('makes one order of a request that is sent twice', async () => {
    const ticket = await seller.lists();
    const key = { 'idempotency-key': 'page-load-1' };
    const [first, second] = await Promise.all([
      buyer.reserves(ticket.id, key),
      buyer.reserves(ticket.id, key),
    ]);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect(first.body.id).toBe(second.body.id);
  });
});

describe('32 buyers at once for one ticket', () => {
  it('make one order each time, 50 rounds long', async () => {
    const buyers = await Promise.all(Array.from({ length: 32 }, () => Person.signedUp(gittix.url)));
    const tally = new Map<string, number>();
    for (let round = 0; round < 50; round++) {
      const ticket = await seller.lists();
      const answers = await Promise.all(buyers.map((each) => each.reserves(ticket.id)));
      const count = (status: number, code?: string) =>
        answers.filter((answer) => answer.status === status && answer.body.code === code).length;
      const result = `${count(201)} x 201, ${count(409, 'ticket_reserved')} x 409 ticket_reserved`;
      tally.set(result, (tally.get(result) ?? 0) + 1);
    }
    expect(Object.fromEntries(tally)).toEqual({ '1 x 201, 31 x 409 ticket_reserved': 50 });
  }, 300_000);
});

describe('bad input through the front door', () => {
  it.each<[string, string, unknown, number, string | undefined]>([
    ['an order for nothing', '/api/orders', {}, 400, 'ticketId'],
    ['an operator as ticket id', '/api/orders', { ticketId: { $ne: null } }, 400, 'ticketId'],
    ['a payment with an operator', '/api/payments', { orderId: { $gt: '' } }, 400, 'orderId'],
    ['a payment of a malformed order', '/api/payments', { orderId: '42' }, 400, 'orderId'],
    [
      'a sign-in with operators',
      '/api/users/signin',
      { email: { $gt: '' }, password: { $gt: '' } },
      400,
      'email',
    ],
    [
      'a negative price',
      '/api/tickets',
      { title: 'x', price: { amount: -1, currency: 'usd' } },
      400,
      'price.amount',
    ],
    ['an unknown ticket', '/api/orders', { ticketId: 'f'.repeat(24) }, 404, undefined],
    ['a body over 100 kB', '/api/tickets', { title: 'x'.repeat(110_000) }, 413, undefined],
  ])('%s is refused by name', async (_what, path, body, status, field) => {
    const answer = await buyer.post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.requestId).toBeTruthy();
    if (field) expect(answer.body.errors.map((error: { field?: string }) => error.field)).toContain(field);
  });

  it('of another content type is 415', async () => {
    const answer = await buyer.send('POST', '/api/tickets', 'title=x', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.status).toBe(415);
  });
});
