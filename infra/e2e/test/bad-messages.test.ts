import { createHash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { brokerOf, publishRaw, type RawMessage } from './support/broker';
import { gittixCommand } from './support/command';
import { deadLetters } from './support/dead-letters';
import { startGitTix, type GitTix } from './support/gittix';
import { eventCount } from './support/metrics';
import { Person } from './support/person';
import { poll } from './support/poll';

const ORDER = [
  ...['OrderCreated', 'OrderUpdated', 'OrderSecured', 'OrderCompleted'],
  ...['OrderCancelled', 'OrderExpired', 'OrderRefunded'],
];
const PAYMENT = ['PaymentUpdated', 'PaymentAuthorized', 'ChargeCreated', 'ChargeFailed', 'ChargeRefunded'];
/** Who listens to what, as the README tells. */
const CONSUMED: Record<string, Record<string, string[]>> = {
  tickets: { order: ORDER },
  orders: {
    ticket: ['TicketCreated', 'TicketUpdated'],
    user: ['UserCreated', 'UserUpdated'],
    payment: PAYMENT,
    expiration: ['ExpirationDue'],
  },
  payments: { order: ORDER },
  expiration: { order: ['OrderCreated', 'OrderUpdated'] },
};
const SERVICES = Object.keys(CONSUMED);

let gittix: GitTix;
let seller: Person;
let buyer: Person;

beforeAll(async () => {
  gittix = await startGitTix();
  [seller, buyer] = (await Promise.all([1, 2].map(() => Person.signedUp(gittix.url)))) as [Person, Person];
}, 300_000);
afterAll(() => gittix.stop());

interface Bad extends RawMessage {
  /** As it ends in the dead letters: behind the name of the group. Undefined: acknowledged and counted, no letter. */
  letter: string | undefined;
  reason?: string;
}

const sha256 = (body: string) => createHash('sha256').update(body).digest('hex');

const envelope = (id: string, type: string, own: object = {}) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, type, source: '/elsewhere', subject: 'f'.repeat(24) },
    ...{ time: new Date().toISOString(), datacontenttype: 'application/json' },
    ...{ dataschema: `${type}/v1`, data: {} },
    ...own,
  });

/** One of each kind, made for one type of event. */
function badMessages(aggregate: string, type: string): Bad[] {
  const bad = (make: (id: string) => string, reason?: string): Bad => {
    const id = `bad.${randomUUID()}.0`;
    const body = make(id);
    const letter = body.includes(`"id":"${id}"`) ? id : sha256(body);
    return { aggregate, type, body, letter: reason && letter, ...(reason && { reason }) };
  };
  const ofVersion = (version: string) =>
    bad(
      (id) => envelope(id, type, { dataschema: `${type}/${version}` }),
      `unknown schema ${type}/${version}, this release reads ${type}/v1`,
    );
  return [
    bad((id) => `no JSON at all: ${id}`, 'message is not JSON'),
    bad((id) => JSON.stringify({ hello: id }), 'envelope is not valid'),
    bad((id) => envelope(id, type), `data of ${type} is not valid`),
    ofVersion('v0'),
    ofVersion('v99'),
    bad((id) => envelope(id, type, { data: { note: 'x'.repeat(300 * 1024) } }), 'is larger than 262144'),
    bad((id) => envelope(id, 'OrderTeleported')),
  ];
}

/** Where a message ends. NATS Streaming has one channel for all types of an aggregate: what has no readable type is for everybody there. */
function receivers({ aggregate, type, body }: Bad): string[] {
  const isUnreadable = !body.includes('"type":');
  const forAll = isUnreadable && brokerOf(gittix) === 'nats-streaming-server';
  return SERVICES.filter((service) => {
    const types = CONSUMED[service]?.[aggregate];
    return types && (forAll || types.includes(type));
  });
}

async function buys(): Promise<void> {
  const order = (await buyer.reserves((await seller.lists()).id)).body;
  await buyer.pays(order.id);
  await poll(async () => (await buyer.get(`/api/orders/${order.id}`)).body.status === 'complete');
}

describe('bad messages on every subject that is consumed', () => {
  const published = Object.entries({
    ...{ order: ORDER, payment: PAYMENT, ticket: ['TicketCreated', 'TicketUpdated'] },
    ...{ user: ['UserCreated', 'UserUpdated'], expiration: ['ExpirationDue'] },
  }).flatMap(([aggregate, types]) => types.flatMap((type) => badMessages(aggregate, type)));
  const mine = (service: string) => published.filter((bad) => receivers(bad).includes(service));

  it('stop no consumer: what comes after them is handled', async () => {
    await publishRaw(gittix, published);
    await buys();
  }, 90_000);

  it.each(SERVICES)(
    'of %s end as dead letters with their reason, one each and no other',
    async (service) => {
      const expected = mine(service).filter(({ letter }) => letter !== undefined);
      let letters = new Map<string, string>();
      await poll(async () => (letters = await deadLetters(gittix, service)).size >= expected.length, {
        timeoutMs: 40_000,
        what: () => `${expected.length} letters of ${service}`,
      });
      expect([...letters.keys()].sort()).toEqual(expected.map(({ letter }) => `${service}:${letter}`).sort());
      for (const { letter, reason } of expected) {
        expect([letter, letters.get(`${service}:${letter}`)]).toEqual([
          letter,
          expect.stringContaining(reason ?? ''),
        ]);
      }
    },
    90_000,
  );

  it.each(SERVICES)(
    'of an unknown type are acknowledged and counted by %s',
    async (service) => {
      // On NATS Streaming the readers of a channel pass over all types but their own before anything is counted.
      const counted = brokerOf(gittix) === 'nats-server';
      const unknown = mine(service).filter(({ letter }) => letter === undefined);
      expect(unknown.length).toBeGreaterThan(0);
      await poll(async () => {
        const ignored = await eventCount(gittix, service, { type: 'unknown', outcome: 'ignored' });
        return ignored === (counted ? unknown.length : 0);
      });
    },
    60_000,
  );
});

describe('the dead letters of one consumer', () => {
  const handled = async () =>
    Object.fromEntries(
      await Promise.all(
        SERVICES.map(async (service) => [
          service,
          await eventCount(gittix, service, { type: 'OrderCreated', outcome: 'handled' }),
        ]),
      ),
    ) as Record<string, number>;

  const handledIs = (counts: Record<string, number>) =>
    poll(async () => isDeepStrictEqual(await handled(), counts), { what: () => JSON.stringify(counts) });

  /** The tickets' own database has lost a ticket for a while, as before a backup is brought back. */
  async function withoutTicket(id: string, work: () => Promise<void>): Promise<void> {
    const url = `mongodb://127.0.0.1:${gittix.process('mongod').port}/gittix-tickets`;
    const connection = await mongoose.createConnection(url).asPromise();
    try {
      const tickets = connection.collection('tickets');
      const _id = new mongoose.Types.ObjectId(id);
      const doc = await poll(() => tickets.findOne({ _id, outbox: { $size: 0 } }));
      await tickets.deleteOne({ _id });
      await work().finally(() => tickets.insertOne(doc));
    } finally {
      await connection.close();
    }
  }

  it('are handled again by that consumer alone, by the command line', async () => {
    const ticket = await seller.lists();
    // The order of the purchase above is all there was.
    await handledIs({ tickets: 1, orders: 0, payments: 1, expiration: 1 });
    let order = { id: '' };
    let letter = '';
    await withoutTicket(ticket.id, async () => {
      order = await poll(async () => {
        const answer = await buyer.reserves(ticket.id);
        return answer.status === 201 && answer.body;
      });
      letter = `tickets:order.${order.id}.0`;
      await poll(async () => (await deadLetters(gittix, 'tickets')).has(letter));
    });
    const others = SERVICES.filter((service) => service !== 'tickets');
    for (const service of others) {
      const ids = [...(await deadLetters(gittix, service)).keys()];
      expect(ids.filter((id) => id.includes(order.id))).toEqual([]);
    }
    const settled = { tickets: 1, orders: 0, payments: 2, expiration: 2 };
    await handledIs(settled);
    expect((await buyer.get(`/api/tickets/${ticket.id}`)).body.status).toBe('available');
    const listed = await gittixCommand(gittix.data, 'dead-letters', 'list', 'tickets', '--limit', '1');
    expect(listed.out).toContain(letter);

    const { code, out } = await gittixCommand(gittix.data, 'dead-letters', 'replay', 'tickets', letter);
    expect([code, out]).toEqual([0, expect.stringContaining('the letter is removed')]);
    expect((await buyer.get(`/api/tickets/${ticket.id}`)).body).toMatchObject({ status: 'reserved' });
    expect((await deadLetters(gittix, 'tickets')).has(letter)).toBe(false);
    // It came by no bus: no process took an OrderCreated off it.
    await delay(500);
    expect(await handled()).toEqual(settled);
  }, 300_000);

  it('stay when they fail again', async () => {
    const [id = ''] =
      [...(await deadLetters(gittix, 'payments'))].find(([, reason]) => reason.includes('/v99')) ?? [];
    const { code, err } = await gittixCommand(gittix.data, 'dead-letters', 'replay', 'payments', id);
    expect([code, err]).toEqual([1, expect.stringContaining('failed again, the letter is kept')]);
    expect((await deadLetters(gittix, 'payments')).has(id)).toBe(true);
  }, 180_000);
});
