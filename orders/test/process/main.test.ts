import request from 'supertest';
import type { Order } from '@gittix/common/api';
import { newId, signedInAs, waitFor } from '@gittix/common/testing';
import { eventOf, ticketState } from '../support/events';
import { realSurroundings, running, startProcess } from '../support/orders-process';

jest.setTimeout(150_000);
let real: Awaited<ReturnType<typeof realSurroundings>>;
beforeEach(async () => {
  real = await realSurroundings();
});
afterEach(async () => {
  running.splice(0).forEach((child) => child.kill('SIGKILL'));
  await real.close();
});

/** Tickets that orders has heard of: it would wait for them, but no longer than a shopper. */
const tickets = async (count: number) => {
  const made = Array.from({ length: count }, () => ticketState());
  await Promise.all(made.map((ticket) => real.bus.publish(eventOf('TicketCreated', ticket))));
  const ids = made.map(({ id }) => id);
  const copies = real.connection.collection<{ _id: string }>('tickets');
  await waitFor(async () => (await copies.countDocuments({ _id: { $in: ids } })) === count, {
    what: 'the copies of the tickets',
  });
  return ids;
};
const reserve = (url: string, ticketId: string, userId = newId()) =>
  request(url).post('/api/orders').set(signedInAs(userId)).send({ ticketId });
const documents = () => real.connection.collection('orders').find({}).toArray();
const eventIds = () => new Set(real.events.map(({ id }) => id));

describe('the process', () => {
  it('sells each ticket once from the first request on, though two replicas boot on an empty database', async () => {
    const replicas = [startProcess(real.env), startProcess(real.env)];
    const urls = await Promise.all(replicas.map(({ url }) => url()));
    for (const ticketId of await tickets(5)) {
      const answers = await Promise.all(
        Array.from({ length: 32 }, (_, n) => reserve(urls[n % 2] as string, ticketId)),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses).toEqual([201, ...Array<number>(31).fill(409)]);
    }
  });

  it('loses no answered order and no event when it is killed in the midst of them', async () => {
    const first = startProcess(real.env);
    const url = await first.url();
    const ticketIds = await tickets(60);
    const answered: Order[] = [];
    const asked = ticketIds.map(async (ticketId) => {
      const { status, body } = await reserve(url, ticketId);
      expect(status).toBe(201);
      if (answered.push(body as Order) === 20) first.child.kill('SIGKILL');
    });
    const outcomes = await Promise.allSettled(asked);
    await first.exitCode;
    // Those in flight hear that the connection broke, and only they.
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(answered.length);

    const second = startProcess(real.env);
    const again = await second.url();
    for (const { id, userId } of answered) {
      await request(again).get(`/api/orders/${id}`).set(signedInAs(userId)).expect(200);
    }
    const ids = (await documents()).map(({ _id }) => `order.${String(_id)}.0`);
    expect(ids.length).toBeGreaterThanOrEqual(answered.length);
    await waitFor(() => ids.every((id) => eventIds().has(id)));
    await waitFor(async () => (await documents()).every(({ outbox }) => (outbox as unknown[]).length === 0));
  });

  it('expires an unpaid order by itself, not before its time and soon after', async () => {
    const { url, child, exitCode } = startProcess({ ...real.env, ORDER_TTL_SECONDS: '2' });
    const base = await url();
    const [ticketId = ''] = await tickets(1);
    const { body } = await reserve(base, ticketId).expect(201);
    const expired = await waitFor(() =>
      real.events.find(({ id, type }) => type === 'OrderExpired' && id === `order.${body.id}.1`),
    );
    const lateMs = Date.parse(expired.time) - Date.parse(body.expiresAt);
    expect(lateMs).toBeGreaterThanOrEqual(0);
    // What is promised; by the sweeper alone it is 2 s and whatever the machine stands still.
    expect(lateMs).toBeLessThan(10_000);
    await reserve(base, ticketId).expect(201);
    child.kill('SIGTERM');
    expect(await exitCode).toBe(0);
  });

  it('answers every accepted request when it is asked to stop under load', async () => {
    // Long enough that even a busy machine has connected all of them before the listener closes.
    const { url, child, exitCode } = startProcess({ ...real.env, DRAIN_MS: '3000' });
    const base = await url();
    const ticketIds = await tickets(40);
    const asked = ticketIds.map(async (ticketId, n) => {
      const { status } = await reserve(base, ticketId);
      if (n === 10) child.kill('SIGTERM');
      return status;
    });
    expect(new Set(await Promise.all(asked))).toEqual(new Set([201]));
    expect(await exitCode).toBe(0);
    const ids = (await documents()).map(({ _id }) => `order.${String(_id)}.0`);
    expect(ids).toHaveLength(ticketIds.length);
    await waitFor(() => ids.every((id) => eventIds().has(id)));
  });

  it('ends with 78 and names every bad setting', async () => {
    const { exitCode, log } = startProcess({ MONGO_URL: 'postgres://x', ORDER_TTL_SECONDS: '-1', JWKS: '{' });
    expect(await exitCode).toBe(78);
    for (const name of ['MONGO_URL', 'NATS_URL', 'ORDER_TTL_SECONDS', 'JWKS']) expect(log()).toContain(name);
  });
});
