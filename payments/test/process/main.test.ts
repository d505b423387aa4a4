import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import {
  createEvent,
  paymentEvents,
  type AnyEvent,
  type EventType,
  type OrderState,
} from '@gittix/common/events';
import {
  signedInAs,
  silentLogger,
  testDatabase,
  testServer,
  testSigner,
  waitFor,
} from '@gittix/common/testing';
import { startChild, type Child } from '../support/child';
import { PUBLISHABLE_KEY, SECRET_KEY, startEmulator, WEBHOOK_SECRET } from '../support/emulator';
import { orderState } from '../support/payments-service';
import { next } from '../support/stage';
import { openPostOffice } from '../support/post-office';
import { openStripeLink } from '../support/stripe-link';

const MAIN = 'payments/src/main.ts';
const running: Child[] = [];
afterEach(() => Promise.all(running.splice(0).map((child) => child.end('SIGKILL'))));

function start(env: Record<string, string>): Child {
  const child = startChild(MAIN, { INTERNAL_PORT: '0', DRAIN_MS: '100', ...env });
  running.push(child);
  return child;
}

const address = async (child: Child) => `http://127.0.0.1:${await child.said(/"port":(\d+),"msg":"ready"/)}`;

describe('the process', () => {
  it('killed while its capture is under way: the next one finishes with one capture and one ChargeCreated', async () => {
    const office = await openPostOffice();
    const emulator = await startEmulator(office.url);
    const link = await openStripeLink(emulator.url);
    const database = await testDatabase();
    const names = {
      NATS_STREAM: `payments-${randomUUID()}`,
      NATS_SUBJECT_PREFIX: `payments-${randomUUID()}`,
    };
    const env = {
      ...names,
      MONGO_URL: database.url,
      NATS_URL: testServer('TEST_NATS_URL'),
      COOKIE_SECURE: 'false',
      JWKS: JSON.stringify(testSigner().jwks),
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
      STRIPE_WEBHOOK_SECRETS: WEBHOOK_SECRET,
      STRIPE_API_URL: link.url,
    };
    const bus = await connectJetStream({
      url: env.NATS_URL,
      name: 'test',
      stream: names.NATS_STREAM,
      subjectPrefix: names.NATS_SUBJECT_PREFIX,
      deadLetters: new MemoryDeadLetters(),
      logger: silentLogger,
    });
    const publish = (type: EventType, data: OrderState) =>
      bus.publish(createEvent({ type, subject: data.id, idSuffix: data.version, time: new Date(), data }));
    const copyOf = ({ id }: OrderState) =>
      database.connection.collection<{ _id: string }>('orders').findOne({ _id: id });
    try {
      const events: AnyEvent[] = [];
      const types = Object.keys(paymentEvents) as EventType[];
      await bus.replay({ types, since: new Date(0), on: (event) => events.push(event) });
      const told = (type: EventType) =>
        waitFor(() => events.some((event) => event.type === type), { timeoutMs: 15_000, what: type });

      const first = start(env);
      const url = await address(first);
      const order = orderState();
      await publish('OrderCreated', order);
      // The route waits for it too, but no longer than a shopper would.
      await waitFor(() => copyOf(order), { what: 'the copy of the order' });
      const begin = () =>
        request(url).post('/api/payments').set(signedInAs(order.userId)).send({ orderId: order.id });
      const { clientSecret } = (await begin().expect(201)).body as { clientSecret: string };
      await emulator.confirm(clientSecret, 'pm_card_visa');
      // The webhook never comes; the nudge of the browser does.
      expect((await begin().expect(200)).body.status).toBe('authorized');
      await told('PaymentAuthorized');

      link.next(/\/capture /, 'hold');
      await publish('OrderSecured', next(order, 'secured'));
      await waitFor(async () => (await emulator.books()).charges.some(({ captured }) => captured));
      await first.end('SIGKILL');
      expect(events.map(({ type }) => type)).not.toContain('ChargeCreated');

      const second = start(env);
      await address(second);
      await told('ChargeCreated');
      const asked = performance.now();
      expect(await second.end('SIGTERM')).toBe(0);
      // Nothing was given up: neither an answer still open (10 s) nor one of the steps (12 s).
      expect(performance.now() - asked).toBeLessThan(10_000);
      expect(second.log()).not.toContain('a stop step failed');

      const { entries, charges } = await emulator.books();
      expect(charges.filter(({ captured }) => captured)).toHaveLength(1);
      expect(entries.filter(({ operation }) => operation === 'payment_intent.capture')).toHaveLength(1);
      expect(events.map(({ id }) => id)).toEqual(
        [0, 1, 2, 3].map((version) => `payment.${order.id}.${version}`),
      );
      const logs = first.log() + second.log();
      for (const secret of [clientSecret, SECRET_KEY, WEBHOOK_SECRET]) expect(logs).not.toContain(secret);
    } finally {
      await bus.close();
      await database.close();
      await link.close();
      await emulator.close();
      await office.close();
    }
  }, 90_000);

  it('ends with 78 and names every setting it lacks', async () => {
    const child = startChild(MAIN, {});
    running.push(child);
    expect(await child.exitCode).toBe(78);
    for (const name of ['MONGO_URL', 'NATS_URL', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS']) {
      expect(child.log()).toContain(name);
    }
  });
});
