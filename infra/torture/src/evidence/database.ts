import mongoose, { type Connection } from 'mongoose';
import type {
  Aggregate,
  Copy,
  DeadLetter,
  OrderDocument,
  PaymentDocument,
  State,
  TicketDocument,
} from './evidence';

/** Documents of other programs: the fields that are read of them. */
interface RawAggregate {
  _id: unknown;
  version: number;
  status: string;
  userId: string;
  outbox?: { _id: string }[];
  last?: { data: State };
}
interface RawMoney {
  amount: number;
  currency: string;
}
interface RawTicket extends RawAggregate {
  sellerId: string;
  withdrawnAt?: Date | null;
  orders?: Record<string, { version: number; status: string }>;
}
interface RawOrder extends RawAggregate {
  holds: string[];
  request: string;
  items: { ticketId: string; price: RawMoney }[];
  total: RawMoney;
  createdAt: Date;
  expiresAt: Date;
  timeline: { at: Date; event: string; by: string; reason?: string }[];
}
interface RawPayment extends RawAggregate {
  amount: RawMoney;
  intentId?: string;
}
interface RawLetter {
  _id: unknown;
  reason: string;
  body: { buffer: Uint8Array };
}

const SERVICES = ['auth', 'tickets', 'orders', 'payments'] as const;
export type Service = (typeof SERVICES)[number];

/** Read-only looks at the databases of the services. */
export class Databases {
  private constructor(private readonly connections: Record<Service, Connection>) {}

  /** On a server of this machine that asks for no password. */
  static at(port: number): Promise<Databases> {
    return Databases.connect((service) => `mongodb://127.0.0.1:${port}/gittix-${service}`);
  }

  /** Each service's by an address of its own. */
  static async connect(urlOf: (service: Service) => string): Promise<Databases> {
    const opened = await Promise.allSettled(
      SERVICES.map(async (service) => [service, await connectTo(urlOf(service))] as const),
    );
    const connections = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find((one) => one.status === 'rejected');
    if (!failed) return new Databases(Object.fromEntries(connections) as Record<Service, Connection>);
    await Promise.all(connections.map(([, connection]) => connection.close()));
    throw failed.reason;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.connections).map((connection) => connection.close()));
  }

  private async all<T>(service: Service, collection: string, filter: object = {}): Promise<T[]> {
    const { db } = this.connections[service];
    if (!db) throw new Error('the database is not connected');
    const found = await db.collection(collection).find(filter).toArray();
    return found as T[];
  }

  users = async (): Promise<Aggregate[]> => (await this.all<RawAggregate>('auth', 'users')).map(aggregate);

  tickets = async (): Promise<TicketDocument[]> =>
    (await this.all<RawTicket>('tickets', 'tickets')).map((raw) => ({
      ...aggregate(raw),
      status: raw.status,
      sellerId: raw.sellerId,
      withdrawn: raw.withdrawnAt !== undefined && raw.withdrawnAt !== null,
      orders: Object.fromEntries(
        Object.entries(raw.orders ?? {}).map(([id, { version, status }]) => [id, { version, status }]),
      ),
    }));

  orders = async (filter: object = {}): Promise<OrderDocument[]> =>
    (await this.all<RawOrder>('orders', 'orders', filter)).map((raw) => ({
      ...aggregate(raw),
      userId: raw.userId,
      status: raw.status,
      holds: raw.holds,
      request: raw.request,
      items: raw.items.map(({ ticketId, price }) => ({ ticketId, price: price.amount })),
      total: raw.total.amount,
      currency: raw.total.currency,
      createdAt: raw.createdAt.getTime(),
      expiresAt: raw.expiresAt.getTime(),
      timeline: raw.timeline.map(({ at, ...entry }) => ({ ...entry, at: at.getTime() })),
    }));

  /** How many of these tickets orders has heard of. */
  async countTicketCopies(ids: string[]): Promise<number> {
    return (await this.all('orders', 'tickets', { _id: { $in: ids } })).length;
  }

  payments = async (): Promise<PaymentDocument[]> =>
    (await this.all<RawPayment>('payments', 'payments')).map((raw) => ({
      ...aggregate(raw),
      userId: raw.userId,
      status: raw.status,
      amount: raw.amount.amount,
      currency: raw.amount.currency,
      intentId: raw.intentId,
    }));

  async copies(): Promise<Copy[]> {
    const kept = [
      ['orders', 'tickets', 'ticket'],
      ['orders', 'users', 'user'],
      ['orders', 'payments', 'payment'],
      ['payments', 'orders', 'order'],
    ] as const;
    const found = await Promise.all(
      kept.map(async ([keeper, collection, of]) =>
        (await this.all<State & { _id: unknown }>(keeper, collection)).map(
          ({ _id, ...state }): Copy => ({
            keeper,
            of,
            state: state,
          }),
        ),
      ),
    );
    return found.flat();
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const found = await Promise.all(
      SERVICES.map(async (service) =>
        (await this.all<RawLetter>(service, 'deadLetters')).map(
          (raw): DeadLetter => ({
            service,
            id: String(raw._id),
            reason: String(raw.reason),
            body: Buffer.from(raw.body.buffer).toString(),
          }),
        ),
      ),
    );
    return found.flat();
  }

  /** What has not come to rest, in words. */
  async unrest(): Promise<string[]> {
    const left: string[] = [];
    const collections = [
      ['auth', 'users'],
      ['tickets', 'tickets'],
      ['orders', 'orders'],
      ['payments', 'payments'],
    ] as const;
    for (const [service, collection] of collections) {
      const waiting = (await this.all<unknown>(service, collection, { 'outbox.0': { $exists: true } }))
        .length;
      if (waiting > 0) left.push(`${waiting} outboxes of ${service}`);
    }
    const open = [
      ['orders', 'orders', ['created', 'secured']],
      ['payments', 'payments', ['started', 'authorized', 'voiding', 'refunding']],
    ] as const;
    for (const [service, collection, statuses] of open) {
      for (const { _id, status } of await this.all<RawAggregate>(service, collection, {
        status: { $in: statuses },
      })) {
        left.push(`${collection} ${String(_id)} is ${status}`);
      }
    }
    return left;
  }
}

function connectTo(url: string): Promise<Connection> {
  return mongoose
    .createConnection(url, {
      serverSelectionTimeoutMS: 2_000,
      socketTimeoutMS: 10_000,
      maxPoolSize: 2,
      readConcern: { level: 'majority' },
    })
    .asPromise();
}

const aggregate = ({ _id, version, outbox, last }: RawAggregate): Aggregate => ({
  id: String(_id),
  version,
  outbox: (outbox ?? []).map(({ _id: entry }) => entry),
  last: last?.data,
});
