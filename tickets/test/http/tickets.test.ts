import request from 'supertest';
import { ticket as ticketSchema } from '@gittix/common/api';
import { newId, signedInAs, tokenFor, waitFor } from '@gittix/common/testing';
import { listing, orderEvent, startTickets, type TicketsService } from '../support/tickets-service';

const NOW = new Date('2026-06-01T12:00:00Z');
let service: TicketsService;
const seller = newId();

beforeAll(async () => (service = await startTickets({ now: () => NOW })));
afterAll(() => service.close());
beforeEach(async () => {
  await service.bus.settled();
  await service.deps.relay.idle();
  await service.deps.tickets.deleteMany({});
  service.bus.published.length = 0;
});

const create = async (overrides: object = {}, userId = seller) => {
  const answer = await request(service.app)
    .post('/api/tickets')
    .set(signedInAs(userId))
    .send(listing(overrides));
  expect(answer.status).toBe(201);
  return answer.body as { id: string; version: number };
};
const countTickets = () => service.deps.tickets.countDocuments();
const publishOrder = async (...args: Parameters<typeof orderEvent>) => {
  const event = orderEvent(...args);
  await service.bus.publish(event);
  await service.bus.settled();
  await service.deps.relay.idle();
  return event;
};

describe('POST /api/tickets', () => {
  it('answers 201 with the ticket and publishes TicketCreated with its whole state', async () => {
    const answer = await request(service.app)
      .post('/api/tickets')
      .set(signedInAs(seller))
      .send(
        listing({
          venue: 'Royal Albert Hall',
          startsAt: '2026-09-12T19:30:00+01:00',
          timeZone: 'Europe/London',
        }),
      );
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/api/tickets/${answer.body.id}`);
    expect(ticketSchema.parse(answer.body)).toMatchObject({
      title: 'Night of the Proms',
      sellerId: seller,
      status: 'available',
      version: 0,
      startsAt: '2026-09-12T18:30:00.000Z',
    });
    await service.deps.relay.idle();
    expect(service.bus.published).toEqual([
      expect.objectContaining({ id: `ticket.${answer.body.id}.0`, type: 'TicketCreated', data: answer.body }),
    ]);
    const stored = await service.deps.tickets.findById(answer.body.id);
    expect(stored?.outbox).toHaveLength(0);
    expect(stored?.last?.id).toBe(`ticket.${answer.body.id}.0`);
  });

  it('answers 401 to a stranger and token_expired to an old token, and keeps nothing', async () => {
    const anonymous = await request(service.app).post('/api/tickets').send(listing());
    expect([anonymous.status, anonymous.body.code]).toEqual([401, 'not_signed_in']);
    const old = tokenFor(seller, { now: () => Date.now() - 3_600_000 });
    const late = await request(service.app)
      .post('/api/tickets')
      .set('Authorization', `Bearer ${old}`)
      .send(listing());
    expect([late.status, late.body.code]).toEqual([401, 'token_expired']);
    expect(await countTickets()).toBe(0);
  });

  it.each<[string, object, string]>([
    ['no title', { title: undefined }, 'title'],
    ['an empty title', { title: '   ' }, 'title'],
    ['an operator as title', { title: { $gt: '' } }, 'title'],
    ['no price', { price: undefined }, 'price'],
    ['a bare number as price', { price: 42 }, 'price'],
    ['a negative price', { price: { amount: -5, currency: 'usd' } }, 'price.amount'],
    ['a price of nothing', { price: { amount: 0, currency: 'usd' } }, 'price.amount'],
    ['less than the least charge', { price: { amount: 49, currency: 'usd' } }, 'price.amount'],
    ['more than 10,000.00', { price: { amount: 1_000_001, currency: 'usd' } }, 'price.amount'],
    ['part of a cent', { price: { amount: 10.5, currency: 'usd' } }, 'price.amount'],
    ['another currency', { price: { amount: 4_200, currency: 'eur' } }, 'price.currency'],
    ['a time without a zone', { startsAt: '2026-09-12T19:30:00Z' }, 'timeZone'],
    ['an invented zone', { startsAt: '2026-09-12T19:30:00Z', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an unknown field', { sellerId: newId() }, 'sellerId'],
  ])('answers 400 naming the field for %s', async (_what, overrides, field) => {
    const answer = await request(service.app)
      .post('/api/tickets')
      .set(signedInAs(seller))
      .send(listing(overrides));
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(await countTickets()).toBe(0);
  });

  it('answers 422 event_in_past for an event that is over', async () => {
    const answer = await request(service.app)
      .post('/api/tickets')
      .set(signedInAs(seller))
      .send(listing({ startsAt: '2026-05-31T19:30:00Z', timeZone: 'Europe/London' }));
    expect([answer.status, answer.body.code]).toEqual([422, 'event_in_past']);
    expect(answer.body.errors[0].field).toBe('startsAt');
  });

  it('publishes later what the bus could not take, and answers all the same', async () => {
    service.bus.down = true;
    const { id } = await create();
    await service.deps.relay.idle();
    expect(service.bus.published).toHaveLength(0);
    service.bus.down = false;
    // The sweeper's cut-off follows the real clock, the entry bears the injected one: it is overdue at once.
    await waitFor(() => service.bus.published.length === 1);
    expect(service.bus.published[0]?.id).toBe(`ticket.${id}.0`);
  });
});

describe('GET /api/tickets/:id', () => {
  it('shows a ticket to anybody', async () => {
    const { id } = await create();
    const answer = await request(service.app).get(`/api/tickets/${id}`);
    expect([answer.status, answer.body.id]).toEqual([200, id]);
  });

  it('answers 404 for an unknown id and 400 naming the field for a malformed one', async () => {
    expect((await request(service.app).get(`/api/tickets/${newId()}`)).status).toBe(404);
    const malformed = await request(service.app).get('/api/tickets/42');
    expect([malformed.status, malformed.body.errors[0].field]).toEqual([400, 'id']);
  });

  it('tells the order only to its buyer', async () => {
    const { id } = await create();
    const order = await publishOrder('OrderCreated', { ticketId: id });
    const asStranger = await request(service.app).get(`/api/tickets/${id}`).set(signedInAs(newId()));
    const asBuyer = await request(service.app).get(`/api/tickets/${id}`).set(signedInAs(order.data.userId));
    expect(asStranger.body).toMatchObject({ status: 'reserved', reservedUntil: order.data.expiresAt });
    expect(asStranger.body).not.toHaveProperty('orderId');
    expect(asBuyer.body.orderId).toBe(order.data.id);
  });
});

describe('GET /api/tickets', () => {
  it('pages what is on sale, newest first unless told, and leaves sold tickets out', async () => {
    const [a, b, c] = [
      await create({ title: 'A' }),
      await create({ title: 'B' }),
      await create({ title: 'C' }),
    ];
    await publishOrder('OrderCreated', { ticketId: a.id });
    await publishOrder('OrderCompleted', { ticketId: b.id, status: 'complete', version: 2 });
    const answer = await request(service.app).get('/api/tickets?perPage=1&page=2');
    expect(answer.body).toMatchObject({ page: 2, perPage: 1, totalItems: 2, totalPages: 2 });
    expect(answer.body.items.map((item: { id: string }) => item.id)).toEqual([a.id]);
    expect((await request(service.app).get('/api/tickets')).body.items[0].id).toBe(c.id);
  });

  it('finds by text, city, category, date and price, and sorts', async () => {
    const later = {
      startsAt: '2026-12-01T20:00:00Z',
      timeZone: 'Europe/Berlin',
      city: 'Berlin',
      category: 'concert',
    };
    const sooner = {
      startsAt: '2026-07-01T20:00:00Z',
      timeZone: 'Europe/Paris',
      city: 'Paris',
      category: 'sports',
    };
    await create({ title: 'Symphony (no. 9)', ...later, price: { amount: 9_000, currency: 'usd' } });
    await create({ title: 'Final match', ...sooner, price: { amount: 3_000, currency: 'usd' } });
    const titles = async (query: string) => {
      const answer = await request(service.app).get(`/api/tickets?${query}`);
      expect(answer.status).toBe(200);
      return answer.body.items.map((item: { title: string }) => item.title);
    };
    expect(await titles('q=symph')).toEqual(['Symphony (no. 9)']);
    expect(await titles(`q=${encodeURIComponent('(no. 9)')}`)).toEqual(['Symphony (no. 9)']);
    expect(await titles('city=berlin')).toEqual(['Symphony (no. 9)']);
    expect(await titles('category=sports')).toEqual(['Final match']);
    expect(await titles('from=2026-08-01T00:00:00Z')).toEqual(['Symphony (no. 9)']);
    expect(await titles('to=2026-08-01T00:00:00Z')).toEqual(['Final match']);
    expect(await titles('minPrice=4000')).toEqual(['Symphony (no. 9)']);
    expect(await titles('maxPrice=4000')).toEqual(['Final match']);
    expect(await titles('sort=price')).toEqual(['Final match', 'Symphony (no. 9)']);
    expect(await titles('sort=-price')).toEqual(['Symphony (no. 9)', 'Final match']);
    expect(await titles('sort=date')).toEqual(['Final match', 'Symphony (no. 9)']);
  });

  it('shows sellers their own tickets in every state, and asks strangers to sign in for that', async () => {
    const { id } = await create();
    await create({}, newId());
    await request(service.app).delete(`/api/tickets/${id}`).set(signedInAs(seller));
    const own = await request(service.app).get('/api/tickets?seller=me').set(signedInAs(seller));
    expect(own.body.items.map((item: { id: string; status: string }) => [item.id, item.status])).toEqual([
      [id, 'withdrawn'],
    ]);
    expect((await request(service.app).get('/api/tickets?seller=me')).status).toBe(401);
  });

  it.each(['page=0', 'perPage=101', 'sort=rating', 'minPrice=cheap', 'q[$ne]=x', 'from=yesterday'])(
    'never takes %s for an operator or a server fault',
    async (query) => {
      const answer = await request(service.app).get(`/api/tickets?${query}`);
      // A bracketed key is just an unknown parameter: it is not parsed into an object.
      expect([200, 400]).toContain(answer.status);
      if (!query.startsWith('q[')) expect(answer.body.errors[0].field).toBe(query.split('=')[0]);
    },
  );
});

describe('PUT and DELETE /api/tickets/:id', () => {
  it('replaces the listing, removes what is left out, and publishes TicketUpdated', async () => {
    const { id } = await create({ venue: 'Old Vic' });
    const answer = await request(service.app)
      .put(`/api/tickets/${id}`)
      .set(signedInAs(seller))
      .send({ title: 'New title', price: { amount: 5_000, currency: 'usd' } });
    expect(answer.body).toMatchObject({ title: 'New title', version: 1, price: { amount: 5_000 } });
    expect(answer.body).not.toHaveProperty('venue');
    await service.deps.relay.idle();
    expect(service.bus.published.at(-1)).toMatchObject({
      id: `ticket.${id}.1`,
      type: 'TicketUpdated',
      data: answer.body,
    });
  });

  it('answers 401, then 403, then 404, before anything else is told', async () => {
    const { id } = await create();
    const put = () => request(service.app).put(`/api/tickets/${id}`).send(listing());
    expect((await put()).status).toBe(401);
    expect((await put().set(signedInAs(newId()))).status).toBe(403);
    expect((await request(service.app).delete(`/api/tickets/${id}`).set(signedInAs(newId()))).status).toBe(
      403,
    );
    const unknown = await request(service.app)
      .put(`/api/tickets/${newId()}`)
      .set(signedInAs(seller))
      .send(listing());
    expect(unknown.status).toBe(404);
    expect((await service.deps.tickets.findById(id))?.version).toBe(0);
  });

  it('answers the seller 409 with the reason while an order holds the ticket, and strangers still 403', async () => {
    const { id } = await create();
    const order = await publishOrder('OrderCreated', { ticketId: id });
    const put = (userId: string) =>
      request(service.app)
        .put(`/api/tickets/${id}`)
        .set(signedInAs(userId))
        .send(listing({ title: 'Edited' }));
    const held = await put(seller);
    expect([held.status, held.body.code, held.body.reservedUntil]).toEqual([
      409,
      'ticket_reserved',
      order.data.expiresAt,
    ]);
    expect((await put(newId())).status).toBe(403);
    expect((await request(service.app).delete(`/api/tickets/${id}`).set(signedInAs(seller))).status).toBe(
      409,
    );
  });

  it('withdraws once, and again without a further event', async () => {
    const { id } = await create();
    const withdraw = () => request(service.app).delete(`/api/tickets/${id}`).set(signedInAs(seller));
    expect((await withdraw()).body).toMatchObject({ status: 'withdrawn', version: 1 });
    expect((await withdraw()).body).toMatchObject({ status: 'withdrawn', version: 1 });
    const edit = await request(service.app)
      .put(`/api/tickets/${id}`)
      .set(signedInAs(seller))
      .send(listing({ title: 'Edited' }));
    expect([edit.status, edit.body.code]).toEqual([409, 'ticket_withdrawn']);
  });

  it('grants an edit that is done already, without a further event, though a buyer holds the ticket by now', async () => {
    const when = { startsAt: '2026-09-12T19:30:00+01:00', timeZone: 'Europe/London' };
    const { id } = await create({ venue: 'Old Vic' });
    const edit = (userId: string, overrides: object = {}) =>
      request(service.app)
        .put(`/api/tickets/${id}`)
        .set(signedInAs(userId))
        .send(listing({ title: 'Edited', ...when, ...overrides }));
    expect((await edit(seller)).body).toMatchObject({ version: 1, title: 'Edited' });
    await publishOrder('OrderCreated', { ticketId: id });
    const again = await edit(seller);
    expect([again.status, again.body]).toEqual([
      200,
      expect.objectContaining({ version: 2, title: 'Edited', status: 'reserved' }),
    ]);
    expect((await edit(newId())).status).toBe(403);
    expect((await edit(seller, { venue: 'Old Vic' })).status).toBe(409);
    expect((await edit(seller, { price: { amount: 4_201, currency: 'usd' } })).status).toBe(409);
    expect((await service.deps.tickets.findById(id))?.version).toBe(2);
  });

  it('lets 6 edits at once all succeed, one version and one event each', async () => {
    const { id } = await create();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        request(service.app)
          .put(`/api/tickets/${id}`)
          .set(signedInAs(seller))
          .send(listing({ title: `Edit ${n}` })),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(6).fill(200));
    expect(answers.map((answer) => answer.body.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    await waitFor(() => service.bus.published.length === 7);
    expect(service.bus.published.map((event) => event.id).sort()).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((version) => `ticket.${id}.${version}`),
    );
  });
});
