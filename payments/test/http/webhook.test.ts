import Stripe from 'stripe';
import { newId } from '@gittix/common/testing';
import { WEBHOOK_SECRET } from '../support/emulator';
import { paymentFacts } from '../support/facts';
import { OLD_WEBHOOK_SECRET, startPayments, type PaymentsService } from '../support/payments-service';

const stripe = new Stripe('sk_test_x');
const NOW_SECONDS = () => Math.floor(Date.now() / 1000);

let service: PaymentsService;
/** Orders that somebody wanted reconciled. */
const kicked: string[] = [];
beforeAll(async () => {
  service = await startPayments({ stripeUrl: 'http://127.0.0.1:9' });
  service.deps.reconciler.kick = (orderId) => kicked.push(orderId);
});
afterAll(() => service.close());
beforeEach(() => kicked.splice(0));

const eventAbout = (object: object) => ({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  data: { object },
});

function send(
  event: object,
  { secret = WEBHOOK_SECRET, timestamp = NOW_SECONDS(), body = JSON.stringify(event) } = {},
) {
  const signature = stripe.webhooks.generateTestHeaderString({
    payload: JSON.stringify(event),
    secret,
    timestamp,
  });
  return service.http
    .post('/api/payments/webhook')
    .set({ 'stripe-signature': signature, 'content-type': 'application/json' })
    .send(body);
}

/** A begun payment whose intent is known. */
async function newPayment(intentId: string): Promise<string> {
  const { orderId, ...facts } = paymentFacts({ orderId: newId() });
  const { failure: _none, verdict: _open, ...fields } = facts;
  await service.deps.payments.collection.insertOne({
    ...fields,
    _id: orderId as never,
    intentId,
    createdAt: new Date(),
    nextCheckAt: new Date(Date.now() + 300_000),
    checks: 6,
    version: 0,
    outbox: [],
  });
  return orderId;
}

describe('POST /api/payments/webhook', () => {
  it('finds the payment by the metadata of an intent', async () => {
    const orderId = await newPayment('pi_metadata');
    await send(eventAbout({ object: 'payment_intent', id: 'pi_other', metadata: { orderId } })).expect(200, {
      received: true,
    });
    expect(kicked).toEqual([orderId]);
  });

  it.each([
    ['an intent', (id: string) => ({ object: 'payment_intent', id, metadata: {} })],
    ['a charge', (id: string) => ({ object: 'charge', id: 'ch_1', payment_intent: id, metadata: {} })],
    ['an expanded refund', (id: string) => ({ object: 'refund', id: 're_1', payment_intent: { id } })],
  ])('finds the payment by the intent id of %s', async (_what, object) => {
    const orderId = await newPayment(`pi_${newId()}`);
    const { intentId } = await service.stored(orderId);
    await send(eventAbout(object(intentId ?? ''))).expect(200);
    expect(kicked).toEqual([orderId]);
  });

  it('marks it for the sweeper too, so that a crash right after the answer loses nothing', async () => {
    const orderId = await newPayment('pi_mark');
    await send(eventAbout({ object: 'payment_intent', id: 'pi_mark' })).expect(200);
    const { nextCheckAt, version } = await service.stored(orderId);
    expect(nextCheckAt?.getTime()).toBeLessThan(Date.now() + 6_000);
    expect(version).toBe(0);
  });

  it.each([
    ['an intent of others', { object: 'payment_intent', id: 'pi_unknown', metadata: { orderId: newId() } }],
    [
      'metadata of another kind',
      { object: 'payment_intent', id: 'pi_unknown', metadata: { orderId: { $ne: 1 } } },
    ],
    ['another object', { object: 'payout', id: 'po_1' }],
    ['no object', undefined],
  ])('answers 200 and does nothing: %s', async (_what, object) => {
    await send({ ...eventAbout({}), data: object && { object } }).expect(200);
    expect(kicked).toEqual([]);
  });

  it('takes the old secret while it is rotated', async () => {
    await send(eventAbout({}), { secret: OLD_WEBHOOK_SECRET }).expect(200);
  });

  it.each([
    ['another secret', { secret: 'whsec_wrong' }],
    ['another body', { body: JSON.stringify(eventAbout({ changed: true })) }],
    ['a signature of 301 s ago', { timestamp: NOW_SECONDS() - 301 }],
  ])('answers 400: %s', async (_what, options) => {
    const orderId = await newPayment(`pi_${newId()}`);
    const event = eventAbout({ object: 'payment_intent', metadata: { orderId } });
    const answer = await send(event, options);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(kicked).toEqual([]);
  });

  it('takes a signature of 290 s ago', async () => {
    await send(eventAbout({}), { timestamp: NOW_SECONDS() - 290 }).expect(200);
  });

  it('answers 400 without a signature or a body', async () => {
    await service.http.post('/api/payments/webhook').expect(400);
    await service.http.post('/api/payments/webhook').set('stripe-signature', 'nonsense').send({}).expect(400);
  });
});
