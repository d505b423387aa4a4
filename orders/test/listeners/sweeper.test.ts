import type { Order } from '@gittix/common/api';
import { newId, signedInAs, waitFor } from '@gittix/common/testing';
import { startSweeper } from '../../src/sweeper';
import { expireOverdue, redecide } from '../../src/use-cases/sweep-orders';
import { paymentState, publishedOf, ticketState, userState } from '../support/events';
import { startOrders, type OrdersService } from '../support/orders-service';

const TTL = 60_000;
let service: OrdersService;
beforeEach(async () => {
  service = await startOrders({ ttlMs: TTL });
});
afterEach(() => service.close());

const reserved = async (userId = newId()) => service.reserve(await service.putTicket(), userId);
const statusOf = async ({ id }: Order) => (await service.deps.orders.findById(id))?.status;
/** As a process leaves it that died between its copy and its decision. */
const copyOnly = (copies: 'payments' | 'tickets' | 'users', state: { id: string }) =>
  service.deps[copies].collection.replaceOne({ _id: state.id } as never, state, { upsert: true });

describe('the sweeper', () => {
  it('alone expires what is overdue, and nothing before its time', async () => {
    const order = await reserved();
    const sweeper = startSweeper(service.deps, 20);
    try {
      service.advance(TTL - 5_000);
      const early = await reserved();
      service.advance(5_000);
      await waitFor(async () => (await statusOf(order)) === 'expired');
      expect(await statusOf(early)).toBe('created');
    } finally {
      await sweeper.stop();
    }
  });

  it('goes on after the database was away', async () => {
    const order = await reserved();
    const sweeper = startSweeper(service.deps, 20);
    try {
      service.database.cut();
      service.advance(TTL);
      const look = jest.spyOn(service.deps.orders, 'find');
      await waitFor(() => look.mock.calls.length > 0, { timeoutMs: 10_000 });
      service.database.mend();
      await waitFor(async () => (await statusOf(order)) === 'expired', { timeoutMs: 15_000 });
    } finally {
      await sweeper.stop();
    }
  }, 40_000);

  it('does a bounded round, oldest deadline first', async () => {
    const orders: Order[] = [];
    for (let n = 0; n < 5; n++) orders.push(await reserved());
    service.advance(TTL);
    expect(await expireOverdue(service.deps, 3)).toBe(3);
    expect(await Promise.all(orders.map(statusOf))).toEqual([
      'expired',
      'expired',
      'expired',
      'created',
      'created',
    ]);
    expect(await expireOverdue(service.deps, 3)).toBe(2);
    expect(await expireOverdue(service.deps, 3)).toBe(0);
  });

  it('is run by many replicas at once and expires each order once', async () => {
    const order = await reserved();
    service.advance(TTL);
    await Promise.all(Array.from({ length: 6 }, () => expireOverdue(service.deps, 100)));
    const doc = await service.deps.orders.findById(order.id);
    expect(doc).toMatchObject({ status: 'expired', version: 1 });
    await service.deps.relay.idle();
    const events = publishedOf(service.bus, order.id);
    expect(events.map(({ type }) => type)).toEqual(['OrderCreated', 'OrderExpired']);
  });

  it('lets a payment decide that nobody decided on, even on an overdue order', async () => {
    const order = await reserved();
    await copyOnly('payments', paymentState(order, 'authorized'));
    await redecide(service.deps, 100);
    expect(await statusOf(order)).toBe('secured');
    await copyOnly('payments', paymentState(order, 'captured'));
    await redecide(service.deps, 100);
    expect(await statusOf(order)).toBe('complete');

    const late = await reserved();
    await copyOnly('payments', paymentState(late, 'authorized'));
    service.advance(TTL);
    await expireOverdue(service.deps, 100);
    expect(await statusOf(late)).toBe('secured');
  });

  it('ends orders whose maker died before it looked again: a ticket withdrawn, a buyer banned', async () => {
    const [withdrawn, banned, fine] = [await reserved(), await reserved(), await reserved()];
    const ticketId = withdrawn.items[0]?.ticketId as string;
    await copyOnly('tickets', ticketState({ id: ticketId, version: 1, status: 'withdrawn' }));
    await copyOnly('users', userState({ id: banned.userId, bannedAt: new Date().toISOString() }));
    await redecide(service.deps, 100);
    expect(await statusOf(withdrawn)).toBe('cancelled');
    expect(await statusOf(banned)).toBe('cancelled');
    expect(await statusOf(fine)).toBe('created');
  });

  it('reaches every undecided order in turn', async () => {
    const orders: Order[] = [];
    for (let n = 0; n < 5; n++) orders.push(await reserved());
    for (const order of orders) await copyOnly('payments', paymentState(order, 'authorized'));
    let position: string | undefined;
    const positions: (string | undefined)[] = [];
    for (let round = 0; round < 3; round++)
      positions.push((position = await redecide(service.deps, 2, position)));
    expect(positions[2]).toBeUndefined();
    expect(await Promise.all(orders.map(statusOf))).toEqual(Array(5).fill('secured'));
  });
});

describe('a crash between commit and publish', () => {
  it('only delays: another process publishes', async () => {
    const silent = { ...service.deps, relay: { ...service.deps.relay, kick: () => undefined } };
    const order = await reserved();
    service.advance(TTL);
    await expireOverdue(silent, 10);
    await waitFor(() => service.bus.published.some(({ id }) => id === `order.${order.id}.1`));
  });
});

describe('news that arrive while an order is being made', () => {
  it.each([
    ['ticket_withdrawn', 409],
    ['buyer_banned', 403],
  ])('end it at once and tell the buyer: %s, %d', async (code, status) => {
    const [ticketId, buyerId] = [await service.putTicket(), newId()];
    const bannedAt = new Date().toISOString();
    const { collection } = service.deps.orders;
    const insertOne = collection.insertOne.bind(collection);
    // After the checks, before the insert: the worst moment.
    jest.spyOn(collection, 'insertOne').mockImplementationOnce(async (...args) => {
      if (code === 'buyer_banned') await copyOnly('users', userState({ id: buyerId, bannedAt }));
      else await copyOnly('tickets', ticketState({ id: ticketId, version: 1, status: 'withdrawn' }));
      return insertOne(...args);
    });
    const { body } = await service.http
      .post('/api/orders')
      .set(signedInAs(buyerId))
      .send({ ticketId })
      .expect(status);
    expect(body.code).toBe(code);
    const [order] = await service.deps.orders.find({ userId: buyerId });
    expect(order).toMatchObject({ status: 'cancelled', reason: code, version: 1 });
    expect(order?.holds).toEqual([order?.id]);
  });
});
