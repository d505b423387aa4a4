import { createMemoryBus } from '@gittix/common/bus';
import type { Order } from '@gittix/common/api';
import { newId, waitFor } from '@gittix/common/testing';
import { expireOverdue, redecide } from '../../src/use-cases/sweep-orders';
import { eventOf, paymentState, publish, ticketState, usd, userState } from '../support/events';
import { startOrders, type OrdersService } from '../support/orders-service';

let service: OrdersService;
beforeEach(async () => {
  service = await startOrders({ ttlMs: 60_000 });
});
afterEach(() => service.close());

const reserved = async (change = {}) => service.reserve(await service.putTicket(change));
const stored = async (order: Order) => {
  const doc = await service.deps.orders.findById(order.id).lean();
  if (!doc) throw new Error('the order is gone');
  return doc;
};
const held = async (order: Order) => (await stored(order)).holds.includes(order.items[0]?.ticketId as string);
const hint = ({ id, expiresAt }: Order) => ({ orderId: id, expiresAt });
const deadLetters = () => service.bus.deadLetters.letters;

describe('ticket events', () => {
  it('keep the newest state, whatever the order of arrival, and as often as they come', async () => {
    const ticket = ticketState();
    const versions = [2, 0, 3, 1, 3].map((version) => ({ ...ticket, version, title: `Title ${version}` }));
    for (const state of versions) await publish(service.bus, 'TicketUpdated', state, { again: true });
    const copies = await service.deps.tickets.collection.find({}).toArray();
    expect(copies).toEqual([{ ...versions[2], _id: ticket.id }]);
  });

  it('take away fields that are gone', async () => {
    const ticket = ticketState({ venue: 'Sportpaleis' });
    await publish(service.bus, 'TicketCreated', ticket);
    const { venue: _venue, ...rest } = ticket;
    await publish(service.bus, 'TicketUpdated', { ...rest, version: 1 });
    expect(await service.deps.tickets.collection.findOne({})).not.toHaveProperty('venue');
  });

  it('of a withdrawal end the unpaid order that holds it, and leave a secured one', async () => {
    const [unpaid, paying] = [await reserved(), await reserved()];
    await publish(service.bus, 'PaymentAuthorized', paymentState(paying, 'authorized'));
    for (const { items } of [unpaid, paying]) {
      const withdrawn = {
        id: items[0]?.ticketId as string,
        version: 1,
        withdrawnAt: new Date().toISOString(),
      };
      await publish(service.bus, 'TicketUpdated', ticketState(withdrawn));
    }
    expect(await stored(unpaid)).toMatchObject({ status: 'cancelled', reason: 'ticket_withdrawn' });
    expect(await held(unpaid)).toBe(false);
    expect(await stored(paying)).toMatchObject({ status: 'secured' });
  });
});

describe('user events', () => {
  it('of a ban end the unpaid orders of that person and of nobody else', async () => {
    const user = userState();
    const orders = [1, 2].map(async () => service.reserve(await service.putTicket(), user.id));
    const [one, two] = (await Promise.all(orders)) as [Order, Order];
    const other = await reserved();
    await publish(service.bus, 'PaymentAuthorized', paymentState(two, 'authorized'));
    await publish(service.bus, 'UserUpdated', { ...user, version: 1, bannedAt: new Date().toISOString() });
    expect(await stored(one)).toMatchObject({ status: 'cancelled', reason: 'buyer_banned' });
    expect(await stored(two)).toMatchObject({ status: 'secured' });
    expect(await stored(other)).toMatchObject({ status: 'created' });
  });
});

describe('payment events', () => {
  it('lead an order from created over secured to complete, which keeps its tickets', async () => {
    const order = await reserved();
    await publish(service.bus, 'PaymentUpdated', paymentState(order, 'started'));
    expect((await stored(order)).status).toBe('created');
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized'));
    expect((await stored(order)).status).toBe('secured');
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'captured'));
    const doc = await stored(order);
    expect(doc).toMatchObject({ status: 'complete', version: 2 });
    expect(doc.timeline.map(({ event, by }) => [event, by])).toEqual([
      ['OrderCreated', `buyer:${order.userId}`],
      ['OrderSecured', 'payments'],
      ['OrderCompleted', 'payments'],
    ]);
    expect(await held(order)).toBe(true);
  });

  it('decide by the copy, not by their type: an early verdict is met again, an old one moves nothing back', async () => {
    const order = await reserved();
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'captured'));
    expect((await stored(order)).status).toBe('created');
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized'));
    expect((await service.deps.payments.collection.findOne({}))?.status).toBe('captured');
    // Whoever secures it now, the waiting verdict follows at the next look.
    await service.deps.orders.collection.updateOne({}, { $set: { status: 'secured' } });
    await redecide(service.deps, 100);
    expect((await stored(order)).status).toBe('complete');
  });

  it('change nothing when they come twice', async () => {
    const order = await reserved();
    for (const status of ['authorized', 'authorized', 'captured', 'captured', 'authorized'] as const) {
      await publish(service.bus, 'PaymentUpdated', paymentState(order, status), { again: true });
    }
    expect(await stored(order)).toMatchObject({ status: 'complete', version: 2 });
  });

  it('of a failed charge free the tickets', async () => {
    const order = await reserved();
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized'));
    await publish(service.bus, 'ChargeFailed', paymentState(order, 'failed'));
    expect(await stored(order)).toMatchObject({ status: 'cancelled', reason: 'payment_failed' });
    expect(await held(order)).toBe(false);
  });

  it('of a refund free the tickets of a complete order', async () => {
    const order = await reserved();
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized'));
    await publish(service.bus, 'ChargeCreated', paymentState(order, 'captured'));
    await publish(service.bus, 'ChargeRefunded', paymentState(order, 'refunded'));
    expect(await stored(order)).toMatchObject({ status: 'refunded', version: 3 });
    expect(await held(order)).toBe(false);
  });

  it.each([
    ['buyer', { userId: newId() }],
    ['amount', { amount: usd(1) }],
  ])('of another %s secure nothing', async (_what, difference) => {
    const order = await reserved();
    await publish(service.bus, 'PaymentAuthorized', paymentState(order, 'authorized', difference));
    expect(await stored(order)).toMatchObject({ status: 'created', version: 0 });
  });

  it('of an order that is not here are kept and harm nothing', async () => {
    const order = await reserved();
    const elsewhere = paymentState({ ...order, id: newId() }, 'authorized');
    await publish(service.bus, 'PaymentAuthorized', elsewhere);
    expect(await service.deps.payments.collection.countDocuments({ id: elsewhere.id })).toBe(1);
    expect(deadLetters()).toEqual([]);
  });

  it('win after the deadline while nobody expired the order, and lose after that', async () => {
    const [late, tooLate] = [await reserved(), await reserved()];
    service.advance(120_000);
    await publish(service.bus, 'PaymentAuthorized', paymentState(late, 'authorized'));
    expect((await stored(late)).status).toBe('secured');
    await expireOverdue(service.deps, 100);
    expect((await stored(late)).status).toBe('secured');
    expect((await stored(tooLate)).status).toBe('expired');
    await publish(service.bus, 'PaymentAuthorized', paymentState(tooLate, 'authorized'));
    expect(await stored(tooLate)).toMatchObject({ status: 'expired', version: 1 });
    expect(await held(tooLate)).toBe(false);
  });
});

describe('ExpirationDue', () => {
  it('expires what is due by our own clock and frees the ticket', async () => {
    const order = await reserved();
    await publish(service.bus, 'ExpirationDue', hint(order));
    expect((await stored(order)).status).toBe('created');
    service.advance(60_000);
    await publish(service.bus, 'ExpirationDue', hint(order), { again: true });
    expect(await stored(order)).toMatchObject({ status: 'expired', version: 1 });
    expect(await held(order)).toBe(false);
    await publish(service.bus, 'ExpirationDue', hint(order), { again: true });
    expect(await stored(order)).toMatchObject({ status: 'expired', version: 1 });
  });

  it('of a clock a little ahead of ours waits for the moment, and never expires early', async () => {
    const order = await reserved();
    service.advance(Date.parse(order.expiresAt) - service.deps.now().getTime() - 300);
    await publish(service.bus, 'ExpirationDue', hint(order));
    const doc = await stored(order);
    expect(doc.status).toBe('expired');
    expect(doc.timeline.at(-1)?.at.getTime()).toBeGreaterThanOrEqual(Date.parse(order.expiresAt));
  });

  it('is not lost on a timer that fires before the clock is there', async () => {
    const order = await reserved();
    const [due, begun] = [Date.parse(order.expiresAt), performance.now()];
    // Half as fast as the timers: each wait ends when half of it is left.
    const slow = () => new Date(due - 100 + (performance.now() - begun) / 2);
    jest.spyOn(service.deps, 'now').mockImplementation(slow);
    await publish(service.bus, 'ExpirationDue', hint(order));
    expect((await stored(order)).status).toBe('expired');
  });

  it('of an earlier deadline leaves an extended order alone', async () => {
    const order = await reserved();
    await service.deps.orders.updateOne(
      { _id: order.id },
      { $set: { expiresAt: new Date(Date.now() + 90_000) } },
    );
    service.advance(60_000);
    await publish(service.bus, 'ExpirationDue', hint(order));
    expect((await stored(order)).status).toBe('created');
  });

  it('of an order that is not here harms nothing', async () => {
    await publish(service.bus, 'ExpirationDue', { orderId: newId(), expiresAt: new Date().toISOString() });
    expect(deadLetters()).toEqual([]);
  });
});

describe('a listener', () => {
  it('handles the event after the database was away, and keeps no dead letter', async () => {
    const order = await reserved();
    service.database.cut();
    await service.bus.publish(eventOf('PaymentAuthorized', paymentState(order, 'authorized')));
    const broken = jest.spyOn(service.deps.payments.collection, 'replaceOne');
    await waitFor(() => broken.mock.calls.length > 0, { timeoutMs: 10_000 });
    service.database.mend();
    await waitFor(async () => (await stored(order)).status === 'secured', { timeoutMs: 15_000 });
    expect(deadLetters()).toEqual([]);
  }, 40_000);

  it('finishes the work of a process that died after it had written the copy', async () => {
    const order = await reserved();
    const payment = paymentState(order, 'authorized');
    await service.deps.payments.collection.insertOne({ ...payment, _id: payment.id } as never);
    await publish(service.bus, 'PaymentAuthorized', payment);
    expect((await stored(order)).status).toBe('secured');

    const doomed = await reserved();
    const withdrawn = ticketState({
      id: doomed.items[0]?.ticketId as string,
      version: 1,
      status: 'withdrawn',
    });
    await service.deps.tickets.collection.replaceOne({ _id: withdrawn.id } as never, withdrawn);
    await publish(service.bus, 'TicketUpdated', withdrawn);
    expect((await stored(doomed)).status).toBe('cancelled');
  });

  it('puts a message that is no event, or of an unknown version, aside and handles the next', async () => {
    const order = await reserved();
    const { data: _data, ...rest } = eventOf('ExpirationDue', hint(order));
    const bad = [
      'not json',
      JSON.stringify({ ...rest, data: { orderId: { $ne: null } } }),
      JSON.stringify({ ...eventOf('ExpirationDue', hint(order)), id: 'x', dataschema: 'ExpirationDue/v9' }),
    ];
    for (const text of bad) {
      service.bus.publishRaw('gittix.expiration.ExpirationDue', new TextEncoder().encode(text));
    }
    service.advance(60_000);
    await publish(service.bus, 'ExpirationDue', hint(order), { again: true });
    expect((await stored(order)).status).toBe('expired');
    expect(deadLetters()).toHaveLength(bad.length);
  });
});

describe('the whole life under a bus that doubles, delays and reorders', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('ends the same, seed %d', async (seed) => {
    const bus = createMemoryBus({ seed });
    const own = await startOrders({ bus, ttlMs: 60_000 });
    try {
      const tickets = Array.from({ length: 4 }, () => ticketState());
      for (const ticket of tickets) await publish(bus, 'TicketCreated', ticket);
      const orders = await Promise.all(tickets.map(({ id }) => own.reserve(id)));
      const [paid, failed, refunded, banned] = orders as [Order, Order, Order, Order];
      await Promise.all([
        bus.publish(eventOf('PaymentAuthorized', paymentState(paid, 'authorized'))),
        bus.publish(eventOf('PaymentAuthorized', paymentState(failed, 'authorized'))),
        bus.publish(eventOf('PaymentAuthorized', paymentState(refunded, 'authorized'))),
      ]);
      await bus.settled();
      await Promise.all([
        bus.publish(eventOf('ChargeCreated', paymentState(paid, 'captured'))),
        bus.publish(eventOf('ChargeFailed', paymentState(failed, 'failed'))),
        bus.publish(eventOf('ChargeCreated', paymentState(refunded, 'captured'))),
        bus.publish(eventOf('ChargeRefunded', paymentState(refunded, 'refunded'))),
        bus.publish(eventOf('UserCreated', userState({ id: banned.userId }))),
        bus.publish(
          eventOf(
            'UserUpdated',
            userState({ id: banned.userId, version: 1, bannedAt: new Date().toISOString() }),
          ),
        ),
        ...orders.map((order) => bus.publish(eventOf('ExpirationDue', hint(order)))),
      ]);
      await bus.settled();
      const states = await Promise.all(orders.map(({ id }) => own.deps.orders.findById(id)));
      expect(states.map((doc) => doc?.status)).toEqual(['complete', 'cancelled', 'refunded', 'cancelled']);
      expect(states.every((doc) => doc?.version === (doc?.timeline.length ?? 0) - 1)).toBe(true);
      expect(bus.deadLetters.letters).toEqual([]);
    } finally {
      await own.close();
    }
  });
});
