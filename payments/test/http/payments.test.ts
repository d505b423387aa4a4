import type { Response } from 'supertest';
import { payment as paymentSchema } from '@gittix/common/api';
import { newId, signedInAs, tokenFor, waitFor } from '@gittix/common/testing';
import { PUBLISHABLE_KEY } from '../support/emulator';
import { orderState, startPayments } from '../support/payments-service';
import { next, Stage } from '../support/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());

const admin = signedInAs('f'.repeat(24), { role: 'admin' });
const http = () => stage.service.http;
const isProblem = (answer: Response, status: number, code: string) => {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers['content-type']).toContain('application/problem+json');
};
const paymentsOf = (orderId: string) => stage.service.deps.payments.countDocuments({ _id: orderId });

describe('POST /api/payments', () => {
  it('answers 201 with what the browser needs, then 200 with the same intent', async () => {
    const order = await stage.newOrder();
    const first = await stage.post(order).expect(201);
    expect(first.headers.location).toBe(`/api/payments/${order.id}`);
    expect(paymentSchema.strict().parse(first.body)).toMatchObject({
      orderId: order.id,
      status: 'started',
      amount: order.total,
      clientSecret: expect.stringMatching(/^pi_\w+_secret_\w+$/),
      publishableKey: PUBLISHABLE_KEY,
      stripeJsUrl: `${stage.link.url}/v3/`,
    });
    const second = await stage.post(order).expect(200);
    expect(second.body).toEqual(first.body);
  });

  it('makes one payment and one intent of 16 requests at once', async () => {
    const order = await stage.newOrder();
    const answers = await Promise.all(Array.from({ length: 16 }, () => stage.post(order)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(15);
    expect(new Set(answers.map(({ body }) => body.clientSecret as string)).size).toBe(1);
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1 });
  });

  it('waits for an order that arrives a moment later', async () => {
    const order = orderState();
    const patient = await startPayments({
      stripeUrl: stage.link.url,
      besides: stage.service,
      orderWaitMs: 15_000,
    });
    try {
      const look = jest.spyOn(patient.deps.orders, 'findById');
      const asked = patient.http.post('/api/payments').set(signedInAs(order.userId));
      const answer = asked.send({ orderId: order.id }).then((response) => response);
      // A second look tells that the first one found nothing.
      await waitFor(() => look.mock.calls.length > 1);
      await stage.service.publish('OrderCreated', order);
      expect((await answer).status).toBe(201);
    } finally {
      await patient.close();
    }
  });

  it('answers 503 order_not_known_yet for one that does not', async () => {
    const answer = await stage.post(orderState());
    isProblem(answer, 503, 'order_not_known_yet');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers 403 for the order of another person and makes nothing', async () => {
    const order = await stage.newOrder();
    for (const stranger of [signedInAs(newId()), admin]) {
      const answer = await http().post('/api/payments').set(stranger).send({ orderId: order.id });
      isProblem(answer, 403, 'forbidden');
    }
    expect(await paymentsOf(order.id)).toBe(0);
  });

  it.each(['secured', 'complete', 'cancelled', 'expired', 'refunded'] as const)(
    'answers 409 order_closed for an order that is %s',
    async (status) => {
      const order = await stage.newOrder({ status });
      isProblem(await stage.post(order), 409, 'order_closed');
      expect(await paymentsOf(order.id)).toBe(0);
    },
  );

  it('answers 409 order_closed once the order died under the payment', async () => {
    const order = await stage.newOrder();
    await stage.start(order);
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    isProblem(await stage.post(order), 409, 'order_closed');
  });

  it.each([
    ['5 s of 15 min', 900_000, 4_999, 409],
    ['5 s of 15 min', 900_000, 5_000, 201],
    ['a tenth of 10 s', 10_000, 999, 409],
    ['a tenth of 10 s', 10_000, 1_000, 201],
  ])('wants %s: of %i ms, %i ms left -> %i', async (_rule, windowMs, leftMs, status) => {
    const goOn = stage.service.stopClock();
    try {
      const expiresAt = stage.service.deps.now().getTime() + leftMs;
      const order = orderState({
        createdAt: new Date(expiresAt - windowMs).toISOString(),
        expiresAt: new Date(expiresAt).toISOString(),
      });
      await stage.service.publish('OrderCreated', order);
      const answer = await stage.post(order);
      if (status === 409) isProblem(answer, 409, 'order_expiring');
      else expect(answer.status).toBe(status);
    } finally {
      goOn();
    }
  });

  it('answers 409 payment_closed when the payment ended though the order is open', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.emulator.asDashboard(`/v1/payment_intents/${clientSecret.split('_secret')[0]}/cancel`);
    isProblem(await stage.post(order), 409, 'payment_closed');
    expect((await stage.stored(order)).status).toBe('failed');
    expect((await stage.service.events(order.id)).at(-1)).toBe('ChargeFailed');
  });

  it('goes on answering 200 after the money is held and moved, without the secret', async () => {
    const { order } = await stage.captured();
    const answer = await stage.post(order).expect(200);
    expect(answer.body.status).toBe('captured');
    expect(answer.body.clientSecret).toBeUndefined();
  });

  it.each([
    ['nothing', {}, 'orderId'],
    ['an operator for an id', { orderId: { $ne: null } }, 'orderId'],
    ['a list for an id', { orderId: [newId()] }, 'orderId'],
    ['a malformed id', { orderId: 'xyz' }, 'orderId'],
    ['an unknown field', { orderId: newId(), amount: 1 }, 'amount'],
  ])('answers 400 naming the field: %s', async (_what, body, field) => {
    const answer = await http().post('/api/payments').set(signedInAs(newId())).send(body);
    isProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
  });

  it('answers 401, 413 and 415 before anything else', async () => {
    const orderId = newId();
    isProblem(await http().post('/api/payments').send({ orderId }), 401, 'not_signed_in');
    const expired = { Authorization: `Bearer ${tokenFor(newId(), { now: () => Date.now() - 3_600_000 })}` };
    isProblem(await http().post('/api/payments').set(expired).send({ orderId }), 401, 'token_expired');
    const large = await http()
      .post('/api/payments')
      .set(signedInAs(newId()))
      .send({ orderId: 'x'.repeat(101 * 1024) });
    isProblem(large, 413, 'body_too_large');
    const form = await http().post('/api/payments').set(signedInAs(newId())).type('form').send({ orderId });
    isProblem(form, 415, 'unsupported_media_type');
    const broken = await http()
      .post('/api/payments')
      .set(signedInAs(newId()))
      .type('json')
      .send('{"orderId":');
    isProblem(broken, 400, 'malformed_json');
  });
});

describe('GET /api/payments/:orderId', () => {
  const get = (orderId: string, headers: Record<string, string>) =>
    http().get(`/api/payments/${orderId}`).set(headers);

  it('shows its buyer the secret while the order is open, and not a moment longer', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    const buyer = signedInAs(order.userId);
    expect((await get(order.id, buyer).expect(200)).body).toMatchObject({ clientSecret, status: 'started' });
    await stage.decideSilently(order, 'expired');
    const { body } = await get(order.id, buyer).expect(200);
    for (const key of ['clientSecret', 'publishableKey', 'stripeJsUrl']) expect(body).not.toHaveProperty(key);
  });

  it('shows an operator the state, and nothing to pay with', async () => {
    const order = await stage.newOrder();
    await stage.start(order);
    const { body } = await get(order.id, admin).expect(200);
    expect(body).toMatchObject({ orderId: order.id, status: 'started', amount: order.total });
    expect(body).not.toHaveProperty('clientSecret');
  });

  it('answers 403 to strangers, 404 where there is none, 401 and 400', async () => {
    const order = await stage.newOrder();
    await stage.start(order);
    isProblem(await get(order.id, signedInAs(newId())), 403, 'forbidden');
    isProblem(await get(newId(), admin), 404, 'not_found');
    isProblem(await get(order.id, {}), 401, 'not_signed_in');
    isProblem(await get('webhook', admin), 400, 'validation_failed');
    isProblem(await get('%24ne', admin), 400, 'validation_failed');
  });
});

describe('POST /api/payments/:orderId/refund', () => {
  const refund = (orderId: string, body: object, headers: Record<string, string> = admin) =>
    http().post(`/api/payments/${orderId}/refund`).set(headers).send(body);

  it('is for operators only, not even for the buyer', async () => {
    const { order } = await stage.captured();
    const reason = 'because';
    isProblem(await refund(order.id, { reason }, signedInAs(order.userId)), 403, 'forbidden');
    isProblem(await refund(order.id, { reason }, {}), 401, 'not_signed_in');
    expect((await stage.stored(order)).status).toBe('captured');
  });

  it('answers 409 not_refundable before the money moved', async () => {
    const { order } = await stage.authorized();
    isProblem(await refund(order.id, { reason: 'because' }), 409, 'not_refundable');
    expect(await stage.atStripe(order)).toMatchObject({ refunds: 0, status: 'requires_capture' });
  });

  it.each([
    ['no reason', {}, 'reason'],
    ['an empty one', { reason: '  ' }, 'reason'],
    ['an operator', { reason: { $gt: '' } }, 'reason'],
    ['a long one', { reason: 'x'.repeat(501) }, 'reason'],
    ['an unknown field', { reason: 'because', amount: 1 }, 'amount'],
  ])('answers 400 naming the field: %s', async (_what, body, field) => {
    const answer = await refund(newId(), body);
    isProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field }));
  });

  it('answers 404 where there is no payment', async () => {
    isProblem(await refund(newId(), { reason: 'because' }), 404, 'not_found');
  });
});

describe('when the database is away', () => {
  it('answers 503, not 500', async () => {
    const service = await startPayments({ stripeUrl: stage.link.url });
    const order = orderState();
    await service.publish('OrderCreated', order);
    await service.deps.payments.db.close();
    const answer = await service.http.get(`/api/payments/${order.id}`).set(signedInAs(order.userId));
    isProblem(answer, 503, 'unavailable');
    await service.close();
  });
});
