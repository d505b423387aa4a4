import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Order } from '@gittix/common/api';
import {
  decodeEvent,
  encodeEvent,
  eventSchemas,
  orderEventTypes,
  type AnyEvent,
  type EventType,
} from '@gittix/common/events';
import { signedInAs, waitFor } from '@gittix/common/testing';
import { listeners } from '../../src/listeners';
import { paymentState, publish, publishedOf } from '../support/events';
import { startOrders, type OrdersService } from '../support/orders-service';

const golden = (type: EventType) =>
  decodeEvent(readFileSync(join(__dirname, `../../../common/test/events/golden/${type}.v1.golden.json`)));

let service: OrdersService;
beforeAll(async () => {
  service = await startOrders();
});
afterAll(() => service.close());

const consumed: EventType[] = [
  'TicketCreated',
  'TicketUpdated',
  'UserCreated',
  'UserUpdated',
  'PaymentUpdated',
  'PaymentAuthorized',
  'ChargeCreated',
  'ChargeFailed',
  'ChargeRefunded',
  'ExpirationDue',
];

describe('events that orders consumes', () => {
  it('are these', () => {
    const types = listeners(service.deps).flatMap((listener) => listener.types);
    expect([...types].sort()).toEqual([...consumed].sort());
  });

  it.each(consumed)('%s: the golden file is handled', async (type) => {
    const event = golden(type);
    await service.bus.publish(event);
    await service.bus.settled();
    expect(service.bus.deadLetters.letters).toEqual([]);
    const copies = { ticket: 'tickets', user: 'users', payment: 'payments' }[
      event.id.split('.')[0] as string
    ];
    if (copies) {
      const copy = await service.deps[copies as 'tickets'].collection.findOne({
        _id: event.subject as never,
      });
      expect(copy?.version).toBeGreaterThanOrEqual((event.data as { version: number }).version);
    }
  });
});

describe('events that orders publishes', () => {
  const eventsOf = (order: Order, count: number): Promise<AnyEvent[]> =>
    waitFor(() => {
      const events = publishedOf(service.bus, order.id);
      return events.length === count ? events : undefined;
    });
  const made = async () => service.reserve(await service.putTicket());

  it('fit their schema to the letter, carry the whole state and name nothing private', async () => {
    const [paid, refused, extended, expired] = [await made(), await made(), await made(), await made()];
    await publish(service.bus, 'PaymentAuthorized', paymentState(paid, 'authorized'));
    await publish(service.bus, 'ChargeCreated', paymentState(paid, 'captured'));
    await publish(service.bus, 'ChargeRefunded', paymentState(paid, 'refunded'));
    await publish(service.bus, 'PaymentAuthorized', paymentState(refused, 'authorized'));
    await publish(service.bus, 'ChargeFailed', paymentState(refused, 'failed'));
    await service.http.post(`/api/orders/${extended.id}/extend`).set(signedInAs(extended.userId)).expect(200);
    service.advance(1_000_000);
    await publish(service.bus, 'ExpirationDue', { orderId: expired.id, expiresAt: expired.expiresAt });

    const events = [
      ...(await eventsOf(paid, 4)),
      ...(await eventsOf(refused, 3)),
      ...(await eventsOf(extended, 2)),
      ...(await eventsOf(expired, 2)),
    ];
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(orderEventTypes));
    for (const event of events) {
      expect(decodeEvent(encodeEvent(event))).toEqual(event);
      expect(eventSchemas[event.type].parse(event.data)).toEqual(event.data);
      expect(event.id).toBe(`order.${event.subject}.${(event.data as Order).version}`);
      expect(Object.keys(event).sort()).toEqual(
        Object.keys({ ...golden(event.type), traceparent: '' }).sort(),
      );
      expect(event.source).toBe('/orders');
    }
  });
});
