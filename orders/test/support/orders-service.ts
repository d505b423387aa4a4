import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import request from 'supertest';
import { createMemoryBus, type MemoryBus } from '@gittix/common/bus';
import type { Order } from '@gittix/common/api';
import { migrate } from '@gittix/common/migrations';
import { connectMongo } from '@gittix/common/mongo';
import { createRelay } from '@gittix/common/outbox';
import {
  newId,
  openBreakableLink,
  signedInAs,
  silentLogger,
  testDatabase,
  testVerifier,
  type BreakableLink,
} from '@gittix/common/testing';
import { buildApp } from '../../src/app';
import { createModels } from '../../src/data';
import type { Deps } from '../../src/deps';
import { listeners } from '../../src/listeners';
import { migrations } from '../../src/migrations';
import { publish, ticketState } from './events';

export interface OrdersService {
  bus: MemoryBus;
  deps: Deps;
  /** The link to the database, to be cut. */
  database: BreakableLink;
  http: ReturnType<typeof request>;
  /** Lets time pass for the service, and for it alone. */
  advance(ms: number): void;
  /** A ticket that orders knows; answers its id. */
  putTicket(change?: Parameters<typeof ticketState>[0]): Promise<string>;
  /** Reserves as this buyer and wants it to work. */
  reserve(ticketId: string, buyerId?: string): Promise<Order>;
  close(): Promise<void>;
}

export interface Options {
  ttlMs?: number;
  ticketPausesMs?: number[];
  bus?: MemoryBus;
}

/** The whole service over real HTTP on a real database, with an in-memory bus and a clock of its own. */
export async function startOrders(options: Options = {}): Promise<OrdersService> {
  const { ttlMs = 900_000, ticketPausesMs = [10, 20, 40], bus = createMemoryBus() } = options;
  const scratch = await testDatabase();
  const database = await openBreakableLink(scratch.url);
  const connection = await connectMongo(database.url, silentLogger);
  const models = createModels(connection);
  await migrate({ connection, migrations, logger: silentLogger });
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const relay = createRelay({
    bus,
    connection,
    collections: ['orders'],
    logger: silentLogger,
    now: () => now().getTime(),
    sweepEveryMs: 50,
    sweepAfterMs: 100,
  });
  const deps: Deps = { ...models, relay, logger: silentLogger, now, newId, ttlMs, ticketPausesMs };
  for (const listener of listeners(deps)) await bus.subscribe({ group: 'orders', ...listener });

  const verifier = testVerifier();
  const server = createServer(buildApp(deps, { logger: silentLogger, verifier, secureCookies: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  return {
    bus,
    deps,
    database,
    http,
    advance: (ms) => {
      ahead += ms;
    },
    putTicket: async (change = {}) => {
      const ticket = ticketState(change);
      await publish(bus, 'TicketCreated', ticket);
      return ticket.id;
    },
    reserve: async (ticketId, buyerId = newId()) => {
      const answer = await http.post('/api/orders').set(signedInAs(buyerId)).send({ ticketId }).expect(201);
      return answer.body as Order;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await bus.close();
      await relay.stop();
      await connection.close();
      await database.close();
      await scratch.close();
    },
  };
}
