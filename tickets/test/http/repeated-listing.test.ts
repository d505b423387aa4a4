import request from 'supertest';
import { newId, signedInAs } from '@gittix/common/testing';
import { listing, startTickets, type TicketsService } from '../support/tickets-service';

let service: TicketsService;
let now = new Date('2026-06-01T12:00:00Z');
beforeAll(async () => (service = await startTickets({ now: () => now })));
afterAll(() => service.close());

const list = (key: string, userId: string, overrides: object = {}) =>
  request(service.app)
    .post('/api/tickets')
    .set(signedInAs(userId))
    .set('Idempotency-Key', key)
    .send(listing(overrides));
const ofSeller = (sellerId: string) => service.deps.tickets.countDocuments({ sellerId });
const published = (id: string) => service.bus.published.filter(({ subject }) => subject === id);

describe('a listing under an Idempotency-Key', () => {
  it('makes one ticket, with one event, however often and from wherever it is sent at once', async () => {
    const seller = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => list('again', seller)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(9).fill(200), 201]);
    const [id, ...others] = new Set(answers.map(({ body }) => (body as { id: string }).id));
    expect(others).toEqual([]);
    expect(await ofSeller(seller)).toBe(1);
    await service.deps.relay.idle();
    expect(published(String(id))).toHaveLength(1);
  });

  it('answers the ticket of the first as it is by now, though its event has begun meanwhile', async () => {
    const seller = newId();
    const startsAt = { startsAt: '2026-06-02T12:00:00Z', timeZone: 'Europe/London' };
    const first = await list('late', seller, startsAt);
    const { id } = first.body as { id: string };
    await request(service.app).delete(`/api/tickets/${id}`).set(signedInAs(seller));
    now = new Date('2026-06-03T12:00:00Z');
    const again = await list('late', seller, startsAt);
    expect(again.status).toBe(200);
    expect(again.headers.location).toBe(`/api/tickets/${id}`);
    expect(again.body).toMatchObject({ id, status: 'withdrawn' });
  });

  it('is the same whatever the order of its members, and its seller’s own', async () => {
    const [seller, other] = [newId(), newId()];
    const first = await list('mine', seller);
    const turned = await request(service.app)
      .post('/api/tickets')
      .set(signedInAs(seller))
      .set('Idempotency-Key', 'mine')
      .send({ price: { currency: 'usd', amount: 4_200 }, title: 'Night of the Proms' });
    expect([turned.status, turned.body]).toEqual([200, first.body]);
    const others = await list('mine', other);
    expect(others.status).toBe(201);
    expect(others.body).toMatchObject({ sellerId: other });
  });

  it('answers 422 for another listing under the same key, and keeps the first as it is', async () => {
    const seller = newId();
    const first = await list('used', seller);
    const second = await list('used', seller, { title: 'Another night' });
    expect([second.status, second.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await ofSeller(seller)).toBe(1);
    const kept = await request(service.app).get(`/api/tickets/${first.body.id}`);
    expect(kept.body).toMatchObject({ title: 'Night of the Proms', version: 0 });
  });

  it('is tried anew after a refusal', async () => {
    const seller = newId();
    const price = { price: { amount: 1, currency: 'usd' } };
    expect((await list('refused', seller, price)).status).toBe(400);
    expect((await list('refused', seller)).status).toBe(201);
  });

  it.each(['two words', 'x'.repeat(201)])('answers 400 for the key "%s"', async (key) => {
    const seller = newId();
    const answer = await list(key, seller);
    expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'Idempotency-Key']);
    expect(await ofSeller(seller)).toBe(0);
  });
});

it('a listing without a key is a new ticket each time', async () => {
  const seller = newId();
  const twice = await Promise.all(
    [1, 2].map(() => request(service.app).post('/api/tickets').set(signedInAs(seller)).send(listing())),
  );
  expect(twice.map(({ status }) => status)).toEqual([201, 201]);
  expect(await ofSeller(seller)).toBe(2);
});
