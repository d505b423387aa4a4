import type { Express } from 'express';
import { createMemoryBus, type MemoryBus } from '@gittix/common/bus';
import { createEvent, type EventData, type EventType } from '@gittix/common/events';
import { migrate } from '@gittix/common/migrations';
import { createRelay } from '@gittix/common/outbox';
import { newId, silentLogger, testDatabase, testVerifier } from '@gittix/common/testing';
import { buildApp } from '../../src/app';
import { ticketModel } from '../../src/data/ticket-model';
import type { Deps } from '../../src/deps';
import { listeners } from '../../src/listeners';
import { migrations } from '../../src/migrations';

export interface TicketsService {
  app: Express;
  bus: MemoryBus;
  deps: Deps;
  close(): Promise<void>;
}

/** The whole service on a real database and an in-memory bus. */
export async function startTickets(options: { now?: () => Date } = {}): Promise<TicketsService> {
  const { connection, close } = await testDatabase();
  const tickets = ticketModel(connection);
  await migrate({ connection, migrations, logger: silentLogger });
  const bus = createMemoryBus();
  const relay = createRelay({
    bus,
    connection,
    collections: ['tickets'],
    logger: silentLogger,
    sweepEveryMs: 50,
    sweepAfterMs: 100,
  });
  const deps: Deps = { tickets, relay, now: options.now ?? (() => new Date()) };
  for (const listener of listeners(deps)) await bus.subscribe({ group: 'tickets', ...listener });
  const app = buildApp(deps, { logger: silentLogger, verifier: testVerifier(), secureCookies: false });
  return {
    app,
    bus,
    deps,
    close: async () => {
      await bus.close();
      await relay.stop();
      await close();
    },
  };
}

/** A valid listing; override what the test is about. */
export const listing = (overrides: object = {}) => ({
  title: 'Night of the Proms',
  price: { amount: 4_200, currency: 'usd' },
  ...overrides,
});

/** An order's event as orders would publish it. */
export function orderEvent<T extends Extract<EventType, `Order${string}`>>(
  type: T,
  overrides: Partial<EventData<T>> & { ticketId: string },
) {
  const { ticketId, ...rest } = overrides;
  const price = { amount: 4_200, currency: 'usd' as const };
  const data = {
    id: newId(),
    version: 0,
    userId: newId(),
    status: 'created',
    items: [{ ticketId, title: 'Night of the Proms', price }],
    total: price,
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
    createdAt: new Date().toISOString(),
    timeline: [],
    ...rest,
  } as EventData<T>;
  return createEvent({ type, subject: data.id, idSuffix: data.version, time: new Date(), data });
}
