import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeEvent,
  orderEventTypes,
  paymentEvents,
  type EventType,
  type PaymentState,
} from '@gittix/common/events';
import type { PaymentRecord } from '../../src/data/payment-model';
import { toState } from '../../src/data/payment-state';
import { listeners } from '../../src/listeners';
import { paymentFacts } from '../support/facts';
import { startPayments, type PaymentsService } from '../support/payments-service';

const golden = (type: EventType) =>
  decodeEvent(readFileSync(join(__dirname, `../../../common/test/events/golden/${type}.v1.golden.json`)));

let service: PaymentsService;
beforeAll(async () => {
  // Nothing here asks Stripe anything.
  service = await startPayments({ stripeUrl: 'http://127.0.0.1:9' });
});
afterAll(() => service.close());

const copyOf = (id: string) => service.deps.orders.collection.findOne({ _id: id as never });

describe('events that payments consumes', () => {
  it('are all of orders', () => {
    const types = listeners(service.deps).flatMap((listener) => listener.types);
    expect([...types].sort()).toEqual([...orderEventTypes].sort());
  });

  it.each(orderEventTypes)('%s: the golden file becomes the copy', async (type) => {
    await service.deps.orders.deleteMany({});
    const event = golden(type);
    await service.bus.publish(event, { messageId: `${event.id}.${type}` });
    await service.bus.settled();
    expect(service.bus.deadLetters.letters).toEqual([]);
    expect(await copyOf(event.subject)).toEqual({ ...event.data, _id: event.subject });
  });

  it('keep the newest, twice or out of order', async () => {
    await service.deps.orders.deleteMany({});
    const created = golden('OrderCreated');
    const secured = golden('OrderSecured');
    for (const [turn, event] of [secured, created, secured, created].entries()) {
      await service.bus.publish(event, { messageId: `order-test.${turn}` });
      await service.bus.settled();
    }
    expect(await copyOf(created.subject)).toMatchObject({ version: 1, status: 'secured' });
  });

  it('that nobody can read are one dead letter each, and the next is handled', async () => {
    await service.deps.orders.deleteMany({});
    service.bus.publishRaw('gittix.order.OrderCreated', Buffer.from('{"type":"OrderCreated"'));
    const event = golden('OrderCreated');
    await service.bus.publish(event, { messageId: 'after-the-unreadable' });
    await service.bus.settled();
    expect(service.bus.deadLetters.letters).toHaveLength(1);
    expect(await copyOf(event.subject)).not.toBeNull();
  });
});

describe('events that payments publishes', () => {
  const types = Object.keys(paymentEvents) as (keyof typeof paymentEvents)[];

  it.each(types)('%s: the same payment makes the data of the golden file', (type) => {
    const data = golden(type).data as PaymentState;
    const { tries, create, createKeyAt, createStuck } = paymentFacts();
    const record: PaymentRecord = {
      _id: data.orderId,
      userId: data.userId,
      status: data.status,
      amount: data.amount,
      ...(data.intentId === undefined ? {} : { intentId: data.intentId }),
      ...(data.failure ? { failure: data.failure } : {}),
      clientSecret: 'pi_1_secret_x',
      attention: 'nobody else is to know',
      tries,
      create,
      createKeyAt,
      createStuck,
      createdAt: new Date(data.createdAt),
      checks: 3,
      version: data.version,
      outbox: [],
    };
    expect(toState(record, data.version)).toEqual(data);
    expect(paymentEvents[type].parse(toState(record, data.version))).toEqual(data);
    const authorizedAt = '2026-11-21T12:05:00.000Z';
    const held = toState({ ...record, authorizedAt: new Date(authorizedAt) }, data.version);
    expect(paymentEvents[type].parse(held)).toEqual({ ...data, authorizedAt });
  });
});
