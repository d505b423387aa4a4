import { order as orderSchema, orderPage, type Order } from '@gittix/common/api';
import { newId, signedInAs, tokenFor, waitFor } from '@gittix/common/testing';
import { paymentState, publish, publishedOf, ticketState, usd, userState } from '../support/events';
import { startOrders, type OrdersService } from '../support/orders-service';

let service: OrdersService;
beforeAll(async () => {
  service = await startOrders();
});
afterAll(() => service.close());

const post = (body: object, userId = newId()) =>
  service.http.post('/api/orders').set(signedInAs(userId)).send(body);
const countOrders = () => service.deps.orders.countDocuments({});
const eventsOf = (orderId: string, count: number) =>
  waitFor(() => {
    const events = publishedOf(service.bus, orderId);
    return events.length === count ? events : undefined;
  });

describe('POST /api/orders', () => {
  it('reserves a ticket and publishes OrderCreated with the whole state', async () => {
    const ticketId = await service.putTicket({ title: 'Evening show', price: usd(2_550) });
    const userId = newId();
    const before = Date.now();
    const { body, headers } = await post({ ticketId }, userId).expect(201);

    expect(orderSchema.strict().parse(body)).toEqual(body);
    expect(body).toMatchObject({
      userId,
      version: 0,
      status: 'created',
      items: [{ ticketId, title: 'Evening show', price: usd(2_550) }],
      total: usd(2_550),
      timeline: [{ event: 'OrderCreated', by: `buyer:${userId}` }],
    });
    expect(headers.location).toBe(`/api/orders/${body.id}`);
    expect(Date.parse(body.expiresAt) - before).toBeGreaterThanOrEqual(900_000);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(900_000);
    const [event] = await eventsOf(body.id, 1);
    expect(event).toMatchObject({ id: `order.${body.id}.0`, type: 'OrderCreated', data: body });
  });

  it('takes all tickets of a cart, named twice or not, and adds up their frozen prices', async () => {
    const ids = await Promise.all([100, 250, 75].map((amount) => service.putTicket({ price: usd(amount) })));
    const { body } = await post({ ticketIds: [...ids, ids[0]] }).expect(201);
    expect(body.items.map(({ ticketId }: { ticketId: string }) => ticketId)).toEqual(ids);
    expect(body.total).toEqual(usd(425));
    await publish(
      service.bus,
      'TicketUpdated',
      ticketState({ id: ids[0] as string, version: 1, price: usd(9_999) }),
    );
    const { body: later } = await service.http
      .get(`/api/orders/${body.id}`)
      .set(signedInAs(body.userId))
      .expect(200);
    expect(later.total).toEqual(usd(425));
  });

  it('answers 409 with the end of the hold, and emits nothing, when the ticket is held', async () => {
    const ticketId = await service.putTicket();
    const held = await service.reserve(ticketId);
    const orders = await countOrders();
    const { body } = await post({ ticketId }).expect(409);
    expect(body).toMatchObject({ code: 'ticket_reserved', reservedUntil: held.expiresAt, ticketId });
    expect(body).not.toHaveProperty('orderId');
    expect(await countOrders()).toBe(orders);
  });

  it('takes none of a cart when one ticket is held', async () => {
    const [held = '', free = ''] = await Promise.all([service.putTicket(), service.putTicket()]);
    await service.reserve(held);
    await post({ ticketIds: [free, held] }).expect(409);
    await post({ ticketId: free }).expect(201);
  });

  it('leads a buyer who holds it already to the order', async () => {
    const ticketId = await service.putTicket();
    const buyerId = newId();
    const mine = await service.reserve(ticketId, buyerId);
    const { body } = await post({ ticketId }, buyerId).expect(409);
    expect(body).toMatchObject({ code: 'ticket_reserved', orderId: mine.id });
  });

  it('answers 409 ticket_sold when the order in the way is complete', async () => {
    const ticketId = await service.putTicket();
    const order = await service.reserve(ticketId);
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'authorized'));
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'captured'));
    const { body } = await post({ ticketId }).expect(409);
    expect(body.code).toBe('ticket_sold');
  });

  it('goes by the unique index, not by the status in the copy of the ticket', async () => {
    for (const status of ['reserved', 'sold'] as const) {
      const ticketId = await service.putTicket({ status });
      await post({ ticketId }).expect(201);
    }
  });

  it('expires an overdue order on the spot when somebody wants its ticket', async () => {
    const own = await startOrders({ ttlMs: 1_000 });
    try {
      const ticketId = await own.putTicket();
      const { id } = await own.reserve(ticketId);
      own.advance(1_000);
      await own.reserve(ticketId);
      expect((await own.deps.orders.findById(id))?.status).toBe('expired');
    } finally {
      await own.close();
    }
  });

  it('waits for a ticket that is still on its way', async () => {
    const own = await startOrders({ ticketPausesMs: Array<number>(1_000).fill(20) });
    try {
      const ticket = ticketState();
      const look = jest.spyOn(own.deps.tickets.collection, 'find');
      const answer = own.http.post('/api/orders').set(signedInAs(newId())).send({ ticketId: ticket.id });
      const pending = answer.then(({ status }) => status);
      // A second look tells that the first one found nothing.
      await waitFor(() => look.mock.calls.length > 1);
      await publish(own.bus, 'TicketCreated', ticket);
      expect(await pending).toBe(201);
    } finally {
      await own.close();
    }
  });

  it('answers 404 for a ticket that nobody knows', async () => {
    const ticketId = newId();
    const { body } = await post({ ticketIds: [await service.putTicket(), ticketId] }).expect(404);
    expect(body).toMatchObject({ code: 'not_found', ticketIds: [ticketId] });
  });

  it.each([
    ['own_ticket', 422, (buyerId: string) => ({ sellerId: buyerId })],
    ['ticket_withdrawn', 409, () => ({ status: 'withdrawn' as const })],
    ['ticket_withdrawn', 409, () => ({ withdrawnAt: new Date().toISOString() })],
    ['event_in_past', 422, () => ({ startsAt: new Date(Date.now() - 1_000).toISOString() })],
  ])('answers %s, %d', async (code, status, change) => {
    const buyerId = newId();
    const ticketId = await service.putTicket(change(buyerId));
    const orders = await countOrders();
    const { body } = await post({ ticketId }, buyerId).expect(status);
    expect(body.code).toBe(code);
    expect(await countOrders()).toBe(orders);
  });

  it('answers 409 price_changed with the right total', async () => {
    const ticketId = await service.putTicket({ price: usd(500) });
    const { body } = await post({ ticketId, expectedTotal: usd(400) }).expect(409);
    expect(body).toMatchObject({ code: 'price_changed', total: usd(500) });
    await post({ ticketId, expectedTotal: usd(500) }).expect(201);
  });

  it('refuses a banned buyer, and takes a person nobody told of yet', async () => {
    const user = userState({ bannedAt: new Date().toISOString() });
    await publish(service.bus, 'UserUpdated', user);
    const ticketId = await service.putTicket();
    const { body } = await post({ ticketId }, user.id).expect(403);
    expect(body.code).toBe('buyer_banned');
    await post({ ticketId }, newId()).expect(201);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'ticketId'],
    ['an empty object', {}, 'ticketId'],
    ['both fields', { ticketId: newId(), ticketIds: [newId()] }, 'ticketId'],
    ['a number', { ticketId: 42 }, 'ticketId'],
    ['a malformed id', { ticketId: 'x' }, 'ticketId'],
    ['a malformed id in a list', { ticketIds: [newId(), 'ABCDEF'] }, 'ticketIds.1'],
    ['an operator', { ticketId: { $gt: '' } }, 'ticketId'],
    ['an operator in a list', { ticketIds: [{ $ne: null }] }, 'ticketIds.0'],
    ['an unknown field', { ticketId: newId(), userId: newId() }, 'userId'],
    ['a price of its own', { ticketId: newId(), total: usd(1) }, 'total'],
    ['a fractional total', { ticketId: newId(), expectedTotal: usd(1.5) }, 'expectedTotal.amount'],
    [
      'another currency',
      { ticketId: newId(), expectedTotal: { amount: 1, currency: 'eur' } },
      'expectedTotal.currency',
    ],
    ['a huge list', { ticketIds: Array.from({ length: 101 }, newId) }, 'ticketIds'],
  ])('answers 400 naming the field for %s', async (_what, body, field) => {
    const orders = await countOrders();
    const answer = await service.http
      .post('/api/orders')
      .set(signedInAs(newId()))
      .send(body as object)
      .expect(400);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body.code).toBe('validation_failed');
    expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
    expect(await countOrders()).toBe(orders);
  });

  it.each([
    ['none', []],
    ['nine', Array.from({ length: 9 }, newId)],
  ])('answers 422 for %s tickets', async (_what, ticketIds) => {
    const { body } = await post({ ticketIds }).expect(422);
    expect(body).toMatchObject({ code: 'ticket_count', errors: [{ field: 'ticketIds' }] });
  });

  it('refuses other kinds of bodies', async () => {
    const send = (type: string, body: string) =>
      service.http.post('/api/orders').set(signedInAs(newId())).set('Content-Type', type).send(body);
    expect((await send('text/plain', 'hello')).status).toBe(415);
    expect((await send('application/json', '{"ticketId":')).body.code).toBe('malformed_json');
    expect((await send('application/json', JSON.stringify({ ticketId: 'x'.repeat(110_000) }))).status).toBe(
      413,
    );
  });

  it('wants a valid session', async () => {
    const ticketId = await service.putTicket();
    const { body } = await service.http.post('/api/orders').send({ ticketId }).expect(401);
    expect(body.code).toBe('not_signed_in');
    const expired = tokenFor(newId(), { now: () => Date.now() - 3_600_000 });
    const answer = await service.http
      .post('/api/orders')
      .auth(expired, { type: 'bearer' })
      .send({ ticketId });
    expect([answer.status, answer.body.code]).toEqual([401, 'token_expired']);
  });
});

describe('Idempotency-Key', () => {
  const withKey = (key: string, userId: string, body: object) =>
    post(body, userId).set('Idempotency-Key', key);

  it('answers the first order again with 200, even when that order is over', async () => {
    const [userId, ticketId] = [newId(), await service.putTicket()];
    const first = await withKey('click-1', userId, { ticketId }).expect(201);
    const again = await withKey('click-1', userId, { ticketIds: [ticketId] }).expect(200);
    expect(again.body).toEqual(first.body);
    await service.http.delete(`/api/orders/${first.body.id}`).set(signedInAs(userId)).expect(200);
    const third = await withKey('click-1', userId, { ticketId }).expect(200);
    expect(third.body).toMatchObject({ id: first.body.id, status: 'cancelled' });
  });

  it('is a buyer’s own: the same key of another person is another request', async () => {
    const [one, two] = [await service.putTicket(), await service.putTicket()];
    await withKey('shared', newId(), { ticketId: one }).expect(201);
    await withKey('shared', newId(), { ticketId: two }).expect(201);
  });

  it('answers 422 for another request under the same key', async () => {
    const [userId, one, two] = [newId(), await service.putTicket(), await service.putTicket()];
    await withKey('k', userId, { ticketId: one }).expect(201);
    for (const other of [
      { ticketId: two },
      { ticketIds: [one, two] },
      { ticketId: one, expectedTotal: usd(4_200) },
    ]) {
      const { body } = await withKey('k', userId, other).expect(422);
      expect(body.code).toBe('idempotency_key_reused');
    }
  });

  it('does not remember a refused attempt', async () => {
    const [userId, ticketId] = [newId(), await service.putTicket()];
    const holder = newId();
    const held = await service.reserve(ticketId, holder);
    await withKey('again', userId, { ticketId }).expect(409);
    await service.http.delete(`/api/orders/${held.id}`).set(signedInAs(holder)).expect(200);
    await withKey('again', userId, { ticketId }).expect(201);
  });

  it.each(['', ' ', 'two words', 'x'.repeat(201), 'grün'])('answers 400 for the key "%s"', async (key) => {
    const encoded = Buffer.from(key, 'utf8').toString('latin1');
    const { body } = await withKey(encoded, newId(), { ticketId: await service.putTicket() }).expect(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'Idempotency-Key' })]);
  });
});

describe('GET /api/orders', () => {
  it('lists the caller’s own, newest first, in pages', async () => {
    const userId = newId();
    const made: Order[] = [];
    for (let n = 0; n < 3; n++) made.unshift(await service.reserve(await service.putTicket(), userId));
    const list = async (query: string) => {
      const { body } = await service.http.get(`/api/orders${query}`).set(signedInAs(userId)).expect(200);
      return orderPage.parse(body);
    };
    expect(await list('')).toEqual({ items: made, page: 1, perPage: 20, totalItems: 3, totalPages: 1 });
    const second = await list('?page=2&perPage=2');
    expect(second).toMatchObject({ page: 2, totalItems: 3, totalPages: 2, items: [{ id: made[2]?.id }] });
    expect((await list('?page=9')).items).toEqual([]);
  });

  it('shows nothing of others', async () => {
    await service.reserve(await service.putTicket());
    const { body } = await service.http.get('/api/orders').set(signedInAs(newId())).expect(200);
    expect(body).toMatchObject({ items: [], totalItems: 0, totalPages: 1 });
  });

  it.each(['page=0', 'page=x', 'perPage=101', 'page[$gt]=1&page=', 'perPage=1.5'])(
    'answers 400 for ?%s',
    async (query) => {
      const { body } = await service.http.get(`/api/orders?${query}`).set(signedInAs(newId())).expect(400);
      expect(body.errors[0].field).toMatch(/^(page|perPage)$/);
    },
  );

  it('wants a session', () => service.http.get('/api/orders').expect(401));
});

describe('GET /api/orders/:id', () => {
  it('shows the order to its buyer and to an operator, 403 to anybody else', async () => {
    const order = await service.reserve(await service.putTicket());
    const get = (userId: string, role?: 'admin') =>
      service.http.get(`/api/orders/${order.id}`).set(signedInAs(userId, role ? { role } : {}));
    expect((await get(order.userId).expect(200)).body).toEqual(order);
    expect((await get(newId(), 'admin').expect(200)).body).toEqual(order);
    const { body } = await get(newId()).expect(403);
    expect(JSON.stringify(body)).not.toContain(order.userId);
  });

  it('answers 401, 404 and 400', async () => {
    await service.http.get(`/api/orders/${newId()}`).expect(401);
    await service.http.get(`/api/orders/${newId()}`).set(signedInAs(newId())).expect(404);
    const { body } = await service.http.get('/api/orders/12').set(signedInAs(newId())).expect(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'id' })]);
  });
});

describe('POST /api/orders/:id/extend', () => {
  const extend = (order: Order, userId = order.userId, options = {}) =>
    service.http.post(`/api/orders/${order.id}/extend`).set(signedInAs(userId, options));

  it('adds half a hold, twice, and tells the others', async () => {
    const order = await service.reserve(await service.putTicket());
    const later = (ms: number) => new Date(Date.parse(order.expiresAt) + ms).toISOString();
    const { body: once } = await extend(order).expect(200);
    expect(once).toMatchObject({ version: 1, status: 'created', expiresAt: later(450_000) });
    const { body: twice } = await extend(order).expect(200);
    expect(twice).toMatchObject({ version: 2, expiresAt: later(900_000) });
    expect(twice.timeline.map(({ event }: { event: string }) => event)).toEqual([
      'OrderCreated',
      'OrderUpdated',
      'OrderUpdated',
    ]);
    expect((await extend(order).expect(409)).body.code).toBe('extension_limit');
    const events = await eventsOf(order.id, 3);
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [`order.${order.id}.0`, 'OrderCreated'],
      [`order.${order.id}.1`, 'OrderUpdated'],
      [`order.${order.id}.2`, 'OrderUpdated'],
    ]);
  });

  it('is for the buyer alone', async () => {
    const order = await service.reserve(await service.putTicket());
    await service.http.post(`/api/orders/${order.id}/extend`).expect(401);
    expect((await extend(order, newId()).expect(403)).body.code).toBe('forbidden');
    await extend(order, newId(), { role: 'admin' }).expect(403);
    await service.http.post(`/api/orders/${newId()}/extend`).set(signedInAs(order.userId)).expect(404);
    await service.http.post('/api/orders/x/extend').set(signedInAs(order.userId)).expect(400);
  });

  it('takes no body', async () => {
    const order = await service.reserve(await service.putTicket());
    const { body } = await extend(order).send({ minutes: 90 }).expect(400);
    expect(body.errors[0].field).toBe('minutes');
    await extend(order).send({}).expect(200);
  });

  it('answers 409 once the order is over or being paid', async () => {
    const over = await service.reserve(await service.putTicket());
    await service.http.delete(`/api/orders/${over.id}`).set(signedInAs(over.userId)).expect(200);
    expect((await extend(over).expect(409)).body.code).toBe('order_closed');
    const paying = await service.reserve(await service.putTicket());
    await publish(service.bus, 'PaymentAuthorized', paymentState(paying, 'authorized'));
    expect((await extend(paying).expect(409)).body.code).toBe('payment_in_progress');
  });
});

describe('DELETE /api/orders/:id', () => {
  const cancel = (order: Order, userId = order.userId, options = {}) =>
    service.http.delete(`/api/orders/${order.id}`).set(signedInAs(userId, options));

  it('cancels and frees the tickets at once', async () => {
    const ticketId = await service.putTicket();
    const order = await service.reserve(ticketId);
    const { body } = await cancel(order).expect(200);
    expect(body).toMatchObject({ status: 'cancelled', reason: 'buyer', version: 1 });
    expect(body.timeline.at(-1)).toMatchObject({
      event: 'OrderCancelled',
      by: `buyer:${order.userId}`,
      reason: 'buyer',
    });
    await service.reserve(ticketId);
    const [, event] = await eventsOf(order.id, 2);
    expect(event).toMatchObject({ type: 'OrderCancelled', data: { status: 'cancelled', reason: 'buyer' } });
  });

  it('answers the cancelled order again and changes nothing', async () => {
    const order = await service.reserve(await service.putTicket());
    const first = await cancel(order).expect(200);
    const again = await cancel(order).expect(200);
    expect(again.body).toEqual(first.body);
  });

  it('lets many orders be dead at once', async () => {
    for (let n = 0; n < 3; n++) await cancel(await service.reserve(await service.putTicket())).expect(200);
  });

  it('lets an operator cancel, with that as the reason', async () => {
    const order = await service.reserve(await service.putTicket());
    const adminId = newId();
    const { body } = await cancel(order, adminId, { role: 'admin' }).expect(200);
    expect(body).toMatchObject({ reason: 'admin', timeline: [{}, { by: `admin:${adminId}` }] });
  });

  it('refuses strangers and changes nothing', async () => {
    const order = await service.reserve(await service.putTicket());
    await cancel(order, newId()).expect(403);
    await service.http.delete(`/api/orders/${order.id}`).expect(401);
    await service.http.delete(`/api/orders/${newId()}`).set(signedInAs(newId())).expect(404);
    const { body } = await service.http.get(`/api/orders/${order.id}`).set(signedInAs(order.userId));
    expect(body).toEqual(order);
  });

  it('answers 409 while the payment is in progress and once it is paid', async () => {
    const order = await service.reserve(await service.putTicket());
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized'));
    expect((await cancel(order).expect(409)).body.code).toBe('payment_in_progress');
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'captured'));
    expect((await cancel(order).expect(409)).body.code).toBe('order_complete');
  });
});

describe('without the database', () => {
  it('answers 503 with Retry-After, and works again when it is back', async () => {
    const own = await startOrders();
    try {
      const ticketId = await own.putTicket();
      own.database.cut();
      const answers = await Promise.all([
        own.http.post('/api/orders').set(signedInAs(newId())).send({ ticketId }),
        own.http.get('/api/orders').set(signedInAs(newId())),
        own.http.get(`/api/orders/${newId()}`).set(signedInAs(newId())),
        own.http.post(`/api/orders/${newId()}/extend`).set(signedInAs(newId())),
        own.http.delete(`/api/orders/${newId()}`).set(signedInAs(newId())),
      ]);
      for (const { status, headers, body } of answers) {
        expect([status, headers['retry-after'], body.code]).toEqual([503, '1', 'unavailable']);
      }
      own.database.mend();
      await waitFor(() => own.reserve(ticketId), { timeoutMs: 15_000 });
    } finally {
      await own.close();
    }
  }, 40_000);
});

describe('without the bus', () => {
  it('answers at once, and publishes when the bus is back', async () => {
    const own = await startOrders();
    try {
      const ticketId = await own.putTicket();
      own.bus.down = true;
      const order = await own.reserve(ticketId);
      expect(publishedOf(own.bus, order.id).length > 0).toBe(false);
      own.bus.down = false;
      await waitFor(() => own.bus.published.some(({ id }) => id === `order.${order.id}.0`));
      await waitFor(async () => (await own.deps.orders.findById(order.id))?.outbox.length === 0);
    } finally {
      await own.close();
    }
  });
});
