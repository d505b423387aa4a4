import request from 'supertest';
import { createMemoryBus, type MemoryBus } from '@gittix/common/bus';
import { createEvent, type EventType, type OrderState } from '@gittix/common/events';
import { migrate } from '@gittix/common/migrations';
import { connectMongo } from '@gittix/common/mongo';
import { createRelay } from '@gittix/common/outbox';
import { newId, silentLogger, testDatabase, testVerifier } from '@gittix/common/testing';
import { buildApp } from '../../src/app';
import { orderCopyModel } from '../../src/data/order-model';
import { paymentModel, type PaymentRecord } from '../../src/data/payment-model';
import type { Deps } from '../../src/deps';
import { listeners } from '../../src/listeners';
import {
  createGateway,
  createHintReader,
  createNewsList,
  createStripe,
  createStripeBooks,
} from '../../src/stripe';
import { withReconciler } from '../../src/wire';
import { migrations } from '../../src/migrations';
import { PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET } from './emulator';
import { listenLocally } from './local-server';

export interface PaymentsService {
  bus: MemoryBus;
  deps: Deps;
  databaseUrl: string;
  url: string;
  http: ReturnType<typeof request>;
  /** Lets time pass for the service, and for it alone. */
  advance(ms: number): void;
  /** Time stands still for the service from now on, but for `advance`; the answer lets it go on. */
  stopClock(): () => void;
  /** Publishes an order event and waits until it was handled, and what it set going was done. */
  publish(type: EventType, order: OrderState): Promise<void>;
  stored(orderId: string): Promise<PaymentRecord>;
  /** Types of the payment's events on the bus, in order. */
  events(orderId: string): Promise<string[]>;
  close(): Promise<void>;
}

type Unwired = Omit<Deps, 'reconciler'>;

export interface Options {
  stripeUrl: string;
  orderWaitMs?: number;
  /** To change the dependencies of one replica, such as to have it die at a certain place. */
  rewire?: (deps: Unwired) => Unwired;
  /** Another replica of this service: the same database and bus. */
  besides?: PaymentsService;
}

/** No test is about an answer that does not come: whoever stands still for a while is waited for. */
const STRIPE_TIMEOUT_MS = 15_000;

export const OLD_WEBHOOK_SECRET = 'whsec_rotated_out';

/** The whole service over real HTTP on a real database and the real Stripe SDK, with an in-memory bus and its own clock. */
export async function startPayments(options: Options): Promise<PaymentsService> {
  const { stripeUrl, orderWaitMs = 200, rewire = (deps) => deps, besides } = options;
  const database = besides ? undefined : await testDatabase();
  const databaseUrl = besides?.databaseUrl ?? database?.url ?? '';
  const connection = await connectMongo(databaseUrl, silentLogger);
  const bus = besides?.bus ?? createMemoryBus();
  const payments = paymentModel(connection);
  const orders = orderCopyModel(connection);
  await migrate({ connection, migrations, logger: silentLogger });
  let ahead = 0;
  let stands: number | undefined;
  const relay = createRelay({
    bus,
    connection,
    collections: ['payments'],
    logger: silentLogger,
    sweepEveryMs: 50,
  });
  const stripe = createStripe({ secretKey: SECRET_KEY, apiUrl: stripeUrl, timeoutMs: STRIPE_TIMEOUT_MS });
  const deps = withReconciler(
    rewire({
      payments,
      orders,
      relay,
      stripe: createGateway(stripe),
      readHint: createHintReader(stripe, [OLD_WEBHOOK_SECRET, WEBHOOK_SECRET]),
      listNews: createNewsList(stripe),
      books: createStripeBooks(stripe),
      checkout: { publishableKey: PUBLISHABLE_KEY, stripeJsUrl: `${stripeUrl}/v3/` },
      orderWaitMs,
      now: () => new Date((stands ?? Date.now()) + ahead),
      logger: silentLogger,
    }),
  );
  // One process has one subscription of a group; this replica hears nothing and looks for itself.
  if (!besides)
    for (const listener of listeners(deps)) await bus.subscribe({ group: 'payments', ...listener });
  const app = buildApp(deps, { logger: silentLogger, verifier: testVerifier(), secureCookies: false });
  const server = await listenLocally(app);

  return {
    bus,
    deps,
    databaseUrl,
    url: server.url,
    http: request(server.url),
    advance: (ms) => {
      ahead += ms;
    },
    stopClock: () => {
      stands = Date.now();
      return () => {
        stands = undefined;
      };
    },
    publish: async (type, order) => {
      const event = createEvent({
        type,
        subject: order.id,
        idSuffix: order.version,
        time: new Date(),
        data: order,
      });
      // Past the broker's duplicate window, so that a repeated event is really handled again.
      await bus.publish(event, { messageId: newId() });
      await bus.settled();
      await deps.reconciler.idle();
    },
    stored: async (orderId) => (await payments.findById(orderId).orFail()).toObject(),
    events: async (orderId) => {
      await relay.idle();
      return bus.published
        .filter(({ subject, source }) => subject === orderId && source === '/payments')
        .map(({ type }) => type);
    },
    close: async () => {
      await server.close();
      await deps.reconciler.stop();
      if (!besides) await bus.close();
      await relay.stop();
      await connection.close();
      await database?.close();
    },
  };
}

/** An order as orders would tell of it, just made. */
export const orderState = (change: Partial<OrderState> = {}): OrderState => ({
  id: newId(),
  version: 0,
  userId: newId(),
  status: 'created',
  items: [{ ticketId: newId(), title: 'Night of the Proms', price: { amount: 4_500, currency: 'usd' } }],
  total: { amount: 4_500, currency: 'usd' },
  createdAt: new Date().toISOString(),
  expiresAt: new Date(Date.now() + 900_000).toISOString(),
  timeline: [],
  ...change,
});
