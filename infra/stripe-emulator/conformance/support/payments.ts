import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { connectJetStream, MemoryDeadLetters } from '@gittix/common/bus';
import {
  createEvent,
  paymentEvents,
  type AnyEvent,
  type EventType,
  type OrderState,
} from '@gittix/common/events';
import {
  newId,
  signedInAs,
  silentLogger,
  testDatabase,
  testServer,
  testSigner,
  waitFor,
} from '@gittix/common/testing';

export const SECRET_KEY = 'sk_test_conformance';
export const PUBLISHABLE_KEY = 'pk_test_conformance';
export const WEBHOOK_SECRET = 'whsec_conformance';

const ROOT = resolve(__dirname, '../../../..');
const OPERATOR = newId();

interface Answer {
  httpStatus: number;
  status: string;
  clientSecret?: string;
  failure?: { code: string };
}

/** payments as it runs for people, a process of its own on a real database and broker, and what orders and buyers do to it. */
export async function startPayments(stripeUrl: string) {
  const database = await testDatabase();
  const names = { NATS_STREAM: `stripe-${randomUUID()}`, NATS_SUBJECT_PREFIX: `stripe-${randomUUID()}` };
  const natsUrl = testServer('TEST_NATS_URL');
  const bus = await connectJetStream({
    url: natsUrl,
    name: 'stripe-check',
    stream: names.NATS_STREAM,
    subjectPrefix: names.NATS_SUBJECT_PREFIX,
    deadLetters: new MemoryDeadLetters(),
    logger: silentLogger,
  });
  const child = spawn(
    process.execPath,
    ['--conditions=gittix-source', '--import', 'tsx', 'payments/src/main.ts'],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: '0',
        INTERNAL_PORT: '0',
        DRAIN_MS: '100',
        ...names,
        NATS_URL: natsUrl,
        MONGO_URL: database.url,
        COOKIE_SECURE: 'false',
        JWKS: JSON.stringify(testSigner().jwks),
        STRIPE_SECRET_KEY: SECRET_KEY,
        STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
        STRIPE_WEBHOOK_SECRETS: WEBHOOK_SECRET,
        STRIPE_API_URL: stripeUrl,
      },
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  }
  const ended = once(child, 'close');
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await bus.close();
    await database.close();
  };
  const port = await waitFor(() => /"port":(\d+),"msg":"ready"/.exec(log)?.[1], {
    timeoutMs: 40_000,
    what: 'payments ready',
  }).catch(async (error: unknown) => {
    await close();
    throw new Error(`${String(error)}\n${log}`);
  });
  const url = `http://127.0.0.1:${port}`;
  const events: AnyEvent[] = [];
  const types = Object.keys(paymentEvents) as EventType[];
  await bus.replay({ types, since: new Date(0), on: (event) => events.push(event) });

  const ask = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { httpStatus: response.status, ...((await response.json()) as object) } as Answer;
  };
  return {
    url,
    log: () => log,
    close,
    publish: (type: EventType, data: OrderState) =>
      bus.publish(createEvent({ type, subject: data.id, idSuffix: data.version, time: new Date(), data })),
    /** Begins the payment, or goes on with it, as its buyer. */
    begin: ({ id, userId }: OrderState) => ask('POST', '/api/payments', signedInAs(userId), { orderId: id }),
    refund: ({ id }: OrderState) =>
      ask('POST', `/api/payments/${id}/refund`, signedInAs(OPERATOR, { role: 'admin' }), {
        reason: 'cancelled show',
      }),
    /** Waits until the payment of the order shows this status. */
    reaches: ({ id, userId }: OrderState, status: string) =>
      waitFor(async () => (await ask('GET', `/api/payments/${id}`, signedInAs(userId))).status === status, {
        timeoutMs: 20_000,
        what: `the payment being ${status}`,
      }),
    /** Waits until payments published this about the order. */
    told: (type: EventType, { id }: OrderState) =>
      waitFor(() => events.some((event) => event.type === type && event.subject === id), {
        timeoutMs: 20_000,
        what: type,
      }),
  };
}

export type Payments = Awaited<ReturnType<typeof startPayments>>;

/** An order of 45.00 usd that was just made. */
export function newOrder(): OrderState {
  const price = { amount: 4_500, currency: 'usd' as const };
  return {
    id: newId(),
    version: 0,
    userId: newId(),
    status: 'created',
    items: [{ ticketId: newId(), title: 'Night of the Proms', price }],
    total: price,
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
    timeline: [],
  };
}

export const next = (order: OrderState, status: OrderState['status']): OrderState => ({
  ...order,
  version: order.version + 1,
  status,
});
