import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, waitFor } from '@gittix/common/testing';
import { listTicket } from '../../src/use-cases/list-ticket';
import { withdrawTicket } from '../../src/use-cases/withdraw-ticket';
import { recordOrder } from '../../src/use-cases/record-order';
import { listing, orderEvent, startTickets, type TicketsService } from '../support/tickets-service';

let service: TicketsService;
beforeAll(async () => (service = await startTickets()));
afterAll(() => service.close());

const newTicket = async () => {
  const { ticket: doc } = await listTicket(service.deps, { sellerId: newId(), listing: listing() as never });
  return doc.id;
};
const stateOf = async (id: string) => {
  const doc = await service.deps.tickets.findById(id);
  return { status: doc?.status, version: doc?.version, orderId: doc?.orderId };
};
const handle = async (event: ReturnType<typeof orderEvent>) => {
  await service.bus.publish(event);
  await service.bus.settled();
};

describe('order events', () => {
  it('reserve, sell and free the ticket', async () => {
    const ticketId = await newTicket();
    const id = newId();
    await handle(orderEvent('OrderCreated', { ticketId, id }));
    expect(await stateOf(ticketId)).toEqual({ status: 'reserved', version: 1, orderId: id });
    await handle(orderEvent('OrderExpired', { ticketId, id, version: 1, status: 'expired' }));
    expect(await stateOf(ticketId)).toEqual({ status: 'available', version: 2, orderId: undefined });
    await handle(orderEvent('OrderCompleted', { ticketId, version: 2, status: 'complete' }));
    expect((await stateOf(ticketId)).status).toBe('sold');
  });

  it('handled twice step the ticket once', async () => {
    const ticketId = await newTicket();
    const event = orderEvent('OrderCreated', { ticketId });
    const order = { order: event.data, at: new Date(event.time) };
    await recordOrder(service.deps, order);
    await recordOrder(service.deps, order);
    expect((await stateOf(ticketId)).version).toBe(1);
  });

  it('out of order end in the same state: a stale hold does not take a freed ticket back', async () => {
    const ticketId = await newTicket();
    const id = newId();
    await handle(orderEvent('OrderCancelled', { ticketId, id, version: 1, status: 'cancelled' }));
    await handle(orderEvent('OrderCreated', { ticketId, id, version: 0 }));
    expect((await stateOf(ticketId)).status).toBe('available');
  });

  it("keep another buyer's hold when an older order's end comes late", async () => {
    const ticketId = await newTicket();
    const first = newId();
    await handle(orderEvent('OrderCreated', { ticketId, id: first }));
    const second = orderEvent('OrderCreated', { ticketId });
    await handle(second);
    await handle(orderEvent('OrderExpired', { ticketId, id: first, version: 1, status: 'expired' }));
    expect(await stateOf(ticketId)).toMatchObject({ status: 'reserved', orderId: second.data.id });
  });

  it('that cross a withdrawal tell orders of it: the ticket is held, and withdrawn all the same', async () => {
    const sellerId = newId();
    const { ticket } = await listTicket(service.deps, { sellerId, listing: listing() as never });
    const { id } = ticket;
    await withdrawTicket(service.deps, { ticketId: id, userId: sellerId });
    await handle(orderEvent('OrderCreated', { ticketId: id }));
    await service.deps.relay.idle();
    const last = service.bus.published.findLast((event) => event.subject === id);
    expect(last?.data).toMatchObject({ status: 'reserved', withdrawnAt: expect.any(String) });
  });

  it('of a cart touch every ticket it names', async () => {
    const tickets = [await newTicket(), await newTicket()];
    const price = { amount: 4_200, currency: 'usd' as const };
    const items = tickets.map((ticketId) => ({ ticketId, title: 'x', price }));
    await handle(orderEvent('OrderCreated', { ticketId: tickets[0] ?? '', items }));
    expect(await Promise.all(tickets.map(async (id) => (await stateOf(id)).status))).toEqual([
      'reserved',
      'reserved',
    ]);
  });

  it('are tried again when the database fails and nothing is lost', async () => {
    const ticketId = await newTicket();
    const find = jest.spyOn(service.deps.tickets, 'findById').mockImplementationOnce(() => {
      throw Object.assign(new Error('connection lost'), { name: 'MongoNetworkError' });
    });
    await handle(orderEvent('OrderCreated', { ticketId }));
    expect(find.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect((await stateOf(ticketId)).status).toBe('reserved');
    expect(service.bus.deadLetters.letters).toHaveLength(0);
  });

  it('that arrive just before a crash are published by the sweeper afterwards', async () => {
    const ticketId = await newTicket();
    const event = orderEvent('OrderCreated', { ticketId });
    // A relay that never hears of the commit is what a crash between commit and publish leaves.
    const deaf = { ...service.deps.relay, kick: () => undefined };
    await recordOrder({ ...service.deps, relay: deaf }, { order: event.data, at: new Date(event.time) });
    await waitFor(() => service.bus.published.some(({ id }) => id === `ticket.${ticketId}.1`));
  });

  it('that do not parse, or name a ticket that never was, become dead letters and the next one is handled', async () => {
    const ticketId = await newTicket();
    service.bus.publishRaw('gittix.order.OrderCreated', Buffer.from('{"not":"an event"}'));
    await handle(orderEvent('OrderCreated', { ticketId: newId() }));
    await handle(orderEvent('OrderCreated', { ticketId }));
    expect((await stateOf(ticketId)).status).toBe('reserved');
    expect(service.bus.deadLetters.letters.map(({ group }) => group)).toEqual(['tickets', 'tickets']);
  });
});

describe('contract', () => {
  const types = [
    'OrderCreated',
    'OrderUpdated',
    'OrderSecured',
    'OrderCompleted',
    'OrderCancelled',
    'OrderExpired',
    'OrderRefunded',
  ];
  it.each(types)('handles the golden %s', async (type) => {
    const golden = join(__dirname, '../../../common/test/events/golden', `${type}.v1.golden.json`);
    const event = JSON.parse(readFileSync(golden, 'utf8')) as ReturnType<typeof orderEvent>;
    await service.deps.tickets.deleteMany({});
    const named = event.data.items.map(({ ticketId }) => ticketId);
    for (const _id of named) {
      await service.deps.tickets.collection.insertOne({
        _id: new service.deps.tickets.base.Types.ObjectId(_id),
        ...listing(),
        sellerId: newId(),
        status: 'available',
        orders: {},
        outbox: [],
        version: 0,
        createdAt: new Date(),
        updatedAt: new Date(),
      });
    }
    await service.bus.publish(event, { messageId: `${event.id}.${type}` });
    await service.bus.settled();
    for (const id of named) expect((await stateOf(id)).version).toBe(1);
  });
});
