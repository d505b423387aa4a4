import { newId, signedInAs } from '@gittix/common/testing';
import { publishedOf } from '../support/events';
import { startOrders, type OrdersService } from '../support/orders-service';

const ROUNDS = 10;
const BUYERS = 32;
/** Far longer than a race: the winner's own hold must not lapse in it. */
const HOLD_MS = 900_000;

let service: OrdersService;
beforeAll(async () => {
  service = await startOrders();
});
afterAll(() => service.close());

const tickets = (count: number) => Promise.all(Array.from({ length: count }, () => service.putTicket()));
const race = async (buyers: { userId: string; key?: string; ticketIds: string[] }[]) =>
  Promise.all(
    buyers.map(async ({ userId, key, ticketIds }) => {
      const { status, body } = await service.http
        .post('/api/orders')
        .set(signedInAs(userId))
        .set(key === undefined ? {} : { 'Idempotency-Key': key })
        .send({ ticketIds });
      return { status, code: body.code as string, id: body.id as string };
    }),
  );
const count = (answers: { status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;
const held = (ticketId: string) => service.deps.orders.countDocuments({ holds: ticketId });

describe('32 buyers at once for one ticket', () => {
  it(`has exactly one winner, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const ticketIds = await tickets(1);
      const answers = await race(Array.from({ length: BUYERS }, () => ({ userId: newId(), ticketIds })));
      expect([count(answers, 201), count(answers, 409)]).toEqual([1, BUYERS - 1]);
      expect(new Set(answers.map(({ code }) => code))).toEqual(new Set([undefined, 'ticket_reserved']));
      expect(await held(ticketIds[0] as string)).toBe(1);
    }
  });

  it('has one winner again each time the holder lets go', async () => {
    const ticketIds = await tickets(1);
    for (let round = 0; round < 3; round++) {
      const buyers = Array.from({ length: 8 }, () => ({ userId: newId(), ticketIds }));
      const answers = await race(buyers);
      const winner = answers.findIndex(({ status }) => status === 201);
      expect(count(answers, 201)).toBe(1);
      const { userId } = buyers[winner] as { userId: string };
      await service.http.delete(`/api/orders/${answers[winner]?.id}`).set(signedInAs(userId)).expect(200);
    }
    expect(await held(ticketIds[0] as string)).toBe(0);
  });

  it('has one winner for the ticket of an overdue order, which expires once', async () => {
    const own = await startOrders({ ttlMs: HOLD_MS });
    try {
      const ticketId = await own.putTicket();
      const overdue = await own.reserve(ticketId);
      own.advance(HOLD_MS);
      const answers = await Promise.all(
        Array.from({ length: BUYERS }, () =>
          own.http.post('/api/orders').set(signedInAs(newId())).send({ ticketId }),
        ),
      );
      expect([count(answers, 201), count(answers, 409)]).toEqual([1, BUYERS - 1]);
      expect(await own.deps.orders.findById(overdue.id)).toMatchObject({ status: 'expired', version: 1 });
    } finally {
      await own.close();
    }
  });
});

/** From now on an insert of an order waits until this many want to: each has looked and found the ticket free. */
function holdInsertsUntil(count: number, { orders }: OrdersService['deps']): void {
  const insertOne = orders.collection.insertOne.bind(orders.collection);
  let begin = (): void => undefined;
  const allHaveLooked = new Promise<void>((resolve) => (begin = resolve));
  let waiting = 0;
  jest.spyOn(orders.collection, 'insertOne').mockImplementation(async (...args) => {
    if (++waiting === count) begin();
    await allHaveLooked;
    return insertOne(...args);
  });
}

describe('8 buyers who have all found the ticket free before one of them inserts', () => {
  const sales = async (prepare: (own: OrdersService) => Promise<unknown> | void) => {
    const own = await startOrders();
    try {
      await prepare(own);
      const ticketId = await own.putTicket();
      holdInsertsUntil(8, own.deps);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          own.http.post('/api/orders').set(signedInAs(newId())).send({ ticketId }),
        ),
      );
      expect(await own.deps.orders.countDocuments({ holds: ticketId })).toBe(count(answers, 201));
      return [count(answers, 201), count(answers, 409)];
    } finally {
      await own.close();
    }
  };

  it('have exactly one winner', async () => {
    expect(await sales(() => undefined)).toEqual([1, 7]);
  });

  it('have each bought it without the unique index: it is the index that decides', async () => {
    expect(await sales((own) => own.deps.orders.collection.dropIndex('holds_1'))).toEqual([8, 0]);
  });
});

describe('carts that overlap', () => {
  it(`never share a ticket nor wait for each other, whatever their order, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [a = '', b = '', c = ''] = await tickets(3);
      const carts = [[a, b], [b, a], [b, c], [c, b], [c, a, b], [a]];
      const answers = await race(carts.map((ticketIds) => ({ userId: newId(), ticketIds })));
      expect(count(answers, 201) + count(answers, 409)).toBe(carts.length);
      const taken = answers.flatMap(({ status }, n) => (status === 201 ? (carts[n] as string[]) : []));
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBeGreaterThan(0);
      for (const ticketId of [a, b, c]) expect(await held(ticketId)).toBe(taken.includes(ticketId) ? 1 : 0);
    }
  });
});

describe('one Idempotency-Key at once from many tabs', () => {
  it(`makes one order: one 201, for the others 200 with the same, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [userId, key, ticketIds] = [newId(), newId(), await tickets(2)];
      const answers = await race(Array.from({ length: 8 }, () => ({ userId, key, ticketIds })));
      expect([count(answers, 201), count(answers, 200)]).toEqual([1, 7]);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(await service.deps.orders.countDocuments({ userId })).toBe(1);
    }
  });

  it(`makes one order although each tab wants another ticket: for the others 422, ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [userId, key, ids] = [newId(), newId(), await tickets(8)];
      const answers = await race(ids.map((id) => ({ userId, key, ticketIds: [id] })));
      expect([count(answers, 201), count(answers, 422)]).toEqual([1, 7]);
      expect(await service.deps.orders.countDocuments({ userId })).toBe(1);
    }
  });

  it('answers 409 to all while somebody else holds the ticket', async () => {
    const [userId, key, ticketIds] = [newId(), newId(), await tickets(1)];
    await service.reserve(ticketIds[0] as string);
    const answers = await race(Array.from({ length: 8 }, () => ({ userId, key, ticketIds })));
    expect(count(answers, 409)).toBe(8);
  });
});

describe('changes of one order at once', () => {
  const command = (orderId: string, userId: string, how: 'extend' | 'cancel') => {
    const path = `/api/orders/${orderId}`;
    const asked = how === 'extend' ? service.http.post(`${path}/extend`) : service.http.delete(path);
    return asked.set(signedInAs(userId));
  };

  it('come one after the other: each version has its one event', async () => {
    const order = await service.reserve(await service.putTicket());
    const answers = await Promise.all([
      ...Array.from({ length: 4 }, () => command(order.id, order.userId, 'extend')),
      ...Array.from({ length: 4 }, () => command(order.id, order.userId, 'cancel')),
    ]);
    const doc = await service.deps.orders.findById(order.id);
    expect(doc?.status).toBe('cancelled');
    expect(count(answers.slice(4), 200)).toBe(4);
    const extended = count(answers.slice(0, 4), 200);
    expect(doc?.version).toBe(extended + 1);
    expect(doc?.timeline.map(({ event }) => event)).toEqual([
      'OrderCreated',
      ...Array<string>(extended).fill('OrderUpdated'),
      'OrderCancelled',
    ]);
    await service.deps.relay.idle();
    const events = publishedOf(service.bus, order.id);
    expect(events.map(({ id }) => id)).toEqual(
      Array.from({ length: extended + 2 }, (_, version) => `order.${order.id}.${version}`),
    );
  });
});
