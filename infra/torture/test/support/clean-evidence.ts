import type {
  Aggregate,
  Evidence,
  Operation,
  OrderDocument,
  PaymentDocument,
  State,
  StreamEvent,
  TicketDocument,
} from '../../src/evidence/evidence';

/** Ids are short: no invariant cares for their form. */
const START = Date.parse('2026-01-01T10:00:00Z');
export const at = (seconds: number) => START + seconds * 1000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();
const usd = (amount: number) => ({ amount, currency: 'usd' });

type Step = [second: number, event: string, reason?: string];
const STATUS: Record<string, string> = {
  OrderCreated: 'created',
  OrderUpdated: 'created',
  OrderSecured: 'secured',
  OrderCompleted: 'complete',
  OrderCancelled: 'cancelled',
  OrderExpired: 'expired',
};

/** Builds evidence the way a faultless GitTix would leave it; tests then plant what should be found. */
class World {
  readonly stream: StreamEvent[] = [];
  readonly operations: Operation[] = [];

  /** Every state of an aggregate goes into the stream; the last one is the document's. */
  publish(kind: string, states: State[], types: string[], seconds: number[]): Aggregate {
    states.forEach((data, index) => {
      const envelope = {
        id: `${kind}.${data.id}.${data.version}`,
        type: types[index] ?? '',
        subject: data.id,
        data,
      };
      this.stream.push({
        seq: this.stream.length + 1,
        storedAt: at((seconds[index] ?? 0) + 0.05),
        messageId: envelope.id,
        subject: `gittix.${kind}.${envelope.type}`,
        envelope,
        body: JSON.stringify(envelope),
      });
    });
    const last = states.at(-1) as State;
    return { id: last.id, version: last.version, outbox: [], last };
  }

  operate(operation: Partial<Operation> & Pick<Operation, 'kind' | 'userId'>): void {
    const id = this.operations.length + 1;
    this.operations.push({
      ...{ id, client: operation.userId, role: 'buyer', outcome: 'ok', status: 200 },
      ...{ startedAt: at(id), endedAt: at(id) + 20 },
      ...operation,
    });
  }

  order(id: string, userId: string, price: number, expires: number, steps: Step[]): OrderDocument {
    const timeline = steps.map(([second, event, reason]) => ({
      ...{ at: iso(second), event, by: event === 'OrderCreated' ? `buyer:${userId}` : 'payments' },
      ...(reason ? { reason } : {}),
    }));
    const states = steps.map(
      ([, event], version): State => ({
        ...{ id, version, userId, status: STATUS[event] ?? event },
        items: [{ ticketId: 'ticket', title: 'Concert', price: usd(price) }],
        ...{ total: usd(price), createdAt: iso(steps[0]?.[0] ?? 0), expiresAt: iso(expires) },
        timeline: timeline.slice(0, version + 1),
      }),
    );
    const document = this.publish(
      'order',
      states,
      steps.map(([, event]) => event),
      steps.map(([second]) => second),
    );
    const status = String(document.last?.status);
    return {
      ...document,
      ...{ userId, status, request: `${userId}:key-${id}`, total: price, currency: 'usd' },
      holds: ['cancelled', 'expired'].includes(status) ? [id] : ['ticket'],
      items: [{ ticketId: 'ticket', price }],
      createdAt: at(steps[0]?.[0] ?? 0),
      expiresAt: at(expires),
      timeline: timeline.map((entry) => ({ ...entry, at: Date.parse(entry.at) })),
    };
  }
}

const PRICE = 2_000;

/** One ticket; a first order expired, a second was cancelled after its hold was voided, a third was paid. A thief got nothing. */
export function cleanEvidence(): Evidence {
  const world = new World();
  const users = ['seller', 'buyer', 'thief'].map((id) =>
    world.publish('user', [{ id, version: 0, email: `${id}@example.test` }], ['UserCreated'], [0]),
  );
  const expired = world.order('expired', 'buyer', PRICE, 9, [
    [1, 'OrderCreated'],
    [9.1, 'OrderExpired'],
  ]);
  const cancelled = world.order('cancelled', 'buyer', PRICE, 19, [
    [11, 'OrderCreated'],
    [12, 'OrderCancelled', 'buyer'],
  ]);
  const complete = world.order('complete', 'buyer', PRICE, 29, [
    [21, 'OrderCreated'],
    [22, 'OrderSecured'],
    [23, 'OrderCompleted'],
  ]);
  const orders = [expired, cancelled, complete];
  const ticketStates: State[] = ['available', 'reserved', 'sold'].map((status, version) => ({
    ...{ id: 'ticket', version, title: 'Concert', price: usd(PRICE), sellerId: 'seller', status },
  }));
  const ticket: TicketDocument = {
    ...world.publish(
      'ticket',
      ticketStates,
      ['TicketCreated', 'TicketUpdated', 'TicketUpdated'],
      [0.5, 2, 24],
    ),
    ...{ status: 'sold', sellerId: 'seller', withdrawn: false },
    orders: Object.fromEntries(orders.map(({ id, version, status }) => [id, { version, status }])),
  };
  const payment = (id: string, statuses: string[]): PaymentDocument => ({
    ...world.publish(
      'payment',
      statuses.map((status, version) => ({
        ...{ id, version, status, userId: 'buyer' },
        amount: usd(PRICE),
      })),
      statuses.map(() => 'PaymentUpdated'),
      statuses.map(() => 22),
    ),
    ...{
      userId: 'buyer',
      status: statuses.at(-1) ?? '',
      amount: PRICE,
      currency: 'usd',
      intentId: `pi_${id}`,
    },
  });
  const payments = [
    payment('cancelled', ['started', 'voiding', 'voided']),
    payment('complete', ['started', 'authorized', 'captured']),
  ];
  tellOperations(world, orders, ticketStates);
  const metadata = (orderId: string) => ({ orderId, userId: 'buyer' });
  const charge = (id: string) => ({
    ...{ id: `ch_${id}`, intentId: `pi_${id}`, amount: PRICE, currency: 'usd', captured: false },
    ...{ amountRefunded: 0, capturedAt: undefined, captures: 0 },
  });
  const ledger = {
    intents: [
      {
        id: 'pi_cancelled',
        status: 'canceled',
        amount: PRICE,
        currency: 'usd',
        metadata: metadata('cancelled'),
      },
      {
        id: 'pi_complete',
        status: 'succeeded',
        amount: PRICE,
        currency: 'usd',
        metadata: metadata('complete'),
      },
    ],
    charges: [
      charge('cancelled'),
      { ...charge('complete'), captured: true, capturedAt: at(22.5), captures: 1 },
    ],
    refunds: [],
  };
  const copy = (keeper: string, of: 'user' | 'ticket' | 'order' | 'payment', documents: Aggregate[]) =>
    documents.map(({ last }) => ({ keeper, of, state: last as State }));
  const evidence: Evidence = {
    at: at(60),
    quiet: { reached: true, afterMs: 4_000, left: [] },
    operations: world.operations,
    ...{ users, tickets: [ticket], orders, payments },
    copies: [
      ...copy('orders', 'user', users),
      ...copy('orders', 'ticket', [ticket]),
      ...copy('orders', 'payment', payments),
      ...copy('payments', 'order', orders),
    ],
    deadLetters: ['tickets', 'payments'].map((service) => ({
      ...{ service, id: `${service}-1`, reason: 'message is not JSON', body: 'poison' },
    })),
    stream: world.stream,
    ledger,
    looks: [{ ledgerAt: at(30), ledger, orders }],
    processes: [
      {
        name: 'orders-1',
        restarts: 2,
        killedByUs: 2,
        ends: ['ended with SIGKILL', 'ended with SIGKILL'],
        fatalLines: [],
      },
      { name: 'orders-2', restarts: 0, killedByUs: 0, ends: [], fatalLines: [] },
    ],
    poison: [{ body: 'poison', services: ['payments', 'tickets'], othersFlowed: true }],
    logs: [],
  };
  // Nothing is shared: what is planted in one place must not turn up in another.
  return JSON.parse(JSON.stringify(evidence)) as Evidence;
}

function tellOperations(world: World, orders: OrderDocument[], ticketStates: State[]): void {
  for (const userId of ['seller', 'buyer', 'thief']) world.operate({ kind: 'sign-up', userId, status: 201 });
  const [listed] = ticketStates;
  world.operate({ kind: 'list', userId: 'seller', role: 'seller', title: 'Concert', answer: { ...listed } });
  world.operate({
    ...{ kind: 'edit', userId: 'seller', role: 'seller', target: 'ticket', title: 'Refused concert' },
    ...{ outcome: 'fail', status: 409, code: 'ticket_reserved' },
  });
  for (const { id, last, timeline } of orders) {
    const created = {
      ...last,
      version: 0,
      status: 'created',
      timeline: (last?.timeline as unknown[]).slice(0, 1),
    };
    world.operate({
      ...{ kind: 'reserve', userId: 'buyer', target: 'ticket', idempotencyKey: `key-${id}`, status: 201 },
      ...{ answer: created, startedAt: timeline[0]?.at ?? 0, endedAt: (timeline[0]?.at ?? 0) + 40 },
    });
  }
  world.operate({
    ...{ kind: 'reserve', userId: 'buyer', target: 'ticket', idempotencyKey: 'key-refused' },
    ...{ outcome: 'fail', status: 409, code: 'ticket_reserved' },
  });
  const [, cancelled, complete] = orders;
  world.operate({ kind: 'cancel', userId: 'buyer', target: 'cancelled', answer: { ...cancelled?.last } });
  world.operate({
    kind: 'start-payment',
    userId: 'buyer',
    target: 'complete',
    answer: { orderId: 'complete' },
  });
  world.operate({ kind: 'show-order', userId: 'buyer', target: 'complete', answer: { ...complete?.last } });
  world.operate({
    ...{ kind: 'edit', userId: 'thief', role: 'thief', target: 'ticket', title: 'Stolen concert' },
    ...{ outcome: 'fail', status: 403, code: 'forbidden' },
  });
}

/** The one that is there, or the test itself is wrong. */
export function the<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the clean example has no such thing');
  return found;
}

export const orderOf = (evidence: Evidence, id: string) =>
  the(evidence.orders.find((order) => order.id === id));
export const eventOf = (evidence: Evidence, id: string) =>
  the(evidence.stream.find(({ envelope }) => envelope?.id === id));
export const answerOf = (evidence: Evidence, kind: Operation['kind'], role: Operation['role'] = 'buyer') =>
  the(evidence.operations.find((operation) => operation.kind === kind && operation.role === role));
