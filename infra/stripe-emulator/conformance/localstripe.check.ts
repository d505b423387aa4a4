import Stripe from 'stripe';
import { waitFor } from '@gittix/common/testing';
import type { Server } from './support/command';
import { openLink, type Link } from './support/link';
import { startLocalstripe, translation } from './support/localstripe';
import { newOrder, next, SECRET_KEY, startPayments, WEBHOOK_SECRET, type Payments } from './support/payments';
import { say } from './support/say';

let localstripe: Server;
let payments: Payments;
/** payments -> localstripe, localstripe -> payments. */
let shop: Link, webhooks: Link;
let stripe: Stripe;

beforeAll(async () => {
  localstripe = await startLocalstripe();
  [shop, webhooks] = await Promise.all([openLink(translation), openLink()]);
  shop.target = localstripe.url;
  payments = await startPayments(shop.url);
  webhooks.target = payments.url;
  const registered = await fetch(`${localstripe.url}/_config/webhooks/payments`, {
    method: 'POST',
    body: JSON.stringify({ url: `${webhooks.url}/api/payments/webhook`, secret: WEBHOOK_SECRET }),
  });
  expect(registered.status).toBe(200);
  const { hostname: host, port } = new URL(localstripe.url);
  stripe = new Stripe(SECRET_KEY, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}, 8 * 60_000);

afterAll(async () => {
  await payments?.close();
  await Promise.all([shop, webhooks].map((link) => link?.close()));
  await localstripe?.stop();
}, 30_000);

async function begun() {
  const order = newOrder();
  await payments.publish('OrderCreated', order);
  const { clientSecret } = await payments.begin(order);
  if (!clientSecret) throw new Error(`the payment did not begin\n${payments.log()}`);
  return { order, intentId: clientSecret.split('_secret_')[0] ?? '' };
}

/** In two steps and with the shop's key: localstripe takes neither a card with a confirmation nor a browser's key for it. */
async function confirm(intentId: string, card: string): Promise<void> {
  await stripe.paymentIntents.update(intentId, { payment_method: card });
  await stripe.paymentIntents.confirm(intentId);
}

describe("payments' flow against localstripe", () => {
  it('sells: holds the card, captures only once the order is secured, and refunds', async () => {
    const { order, intentId } = await begun();
    await confirm(intentId, 'pm_card_visa');
    expect(await payments.begin(order)).toMatchObject({ status: 'authorized' });
    await payments.told('PaymentAuthorized', order);
    expect(await stripe.paymentIntents.retrieve(intentId)).toMatchObject({
      status: 'requires_capture',
      amount: 4_500,
      currency: 'usd',
      metadata: { orderId: order.id, userId: order.userId },
    });

    const secured = next(order, 'secured');
    await payments.publish('OrderSecured', secured);
    await payments.told('ChargeCreated', order);
    expect(await stripe.paymentIntents.retrieve(intentId)).toMatchObject({ status: 'succeeded' });
    // localstripe signs it by itself, and sends it a second later.
    const hint = await waitFor(
      () => webhooks.exchanges.find(({ body }) => body.includes(intentId) && body.includes('.succeeded')),
      { timeoutMs: 10_000, what: 'the webhook' },
    );
    expect(hint).toMatchObject({ method: 'POST', status: 200 });

    expect(await payments.refund(order)).toMatchObject({ httpStatus: 202 });
    await payments.told('ChargeRefunded', order);
    const { data } = await stripe.refunds.list({ payment_intent: intentId });
    expect(data).toMatchObject([{ amount: 4_500, status: 'succeeded', metadata: { orderId: order.id } }]);
  });

  it("voids a loser's hold: nothing is ever captured", async () => {
    const { order, intentId } = await begun();
    await confirm(intentId, 'pm_card_visa');
    expect(await payments.begin(order)).toMatchObject({ status: 'authorized' });
    await payments.publish('OrderCancelled', next(order, 'cancelled'));
    await payments.reaches(order, 'voided');
    const intent = await stripe.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({ status: 'canceled', latest_charge: { captured: false } });
    expect(shop.exchanges.filter(({ path }) => path.includes(`${intentId}/capture`))).toEqual([]);
  });

  it('goes on with another card after a declined one', async () => {
    const { order, intentId } = await begun();
    await expect(confirm(intentId, 'pm_card_chargeCustomerFail')).rejects.toMatchObject({ statusCode: 402 });
    const { status, failure } = await payments.begin(order);
    expect({ status, failure }).toMatchObject({ status: 'started', failure: { code: 'card_declined' } });
    await payments.publish('OrderExpired', next(order, 'expired'));
    await payments.reaches(order, 'voided');
  });

  it('meets no answer that it takes for a mistake', () => {
    // What it cannot do at all is told below.
    const refused = shop.exchanges.filter(
      ({ status, path }) => status >= 400 && !path.startsWith('/v1/events?'),
    );
    expect(refused.map(({ method, path, answer }) => ({ method, path, answer }))).toEqual([]);
    expect(payments.log()).not.toContain('needs a human');
  });
});

/** Each is checked, so that a newer localstripe that can do it makes this fail and the translation go. */
describe('what localstripe cannot do, and so does not prove', () => {
  const create = (more: object = {}, options: Stripe.RequestOptions = {}) =>
    stripe.paymentIntents.create(
      { amount: 4_500, currency: 'usd', capture_method: 'manual', ...more },
      options,
    );
  const cannot = (what: string, check: () => Promise<void>) =>
    it(what, async () => {
      await check();
      say(`localstripe cannot do: ${what}`);
    });

  cannot('allowed_payment_method_types: refused; translated to payment_method_types', async () => {
    const refusal = create({ allowed_payment_method_types: ['card'] });
    await expect(refusal).rejects.toMatchObject({
      statusCode: 400,
      message: 'Unexpected allowed_payment_method_types',
    });
    await create({ payment_method_types: ['card'] });
  });

  cannot(
    'amount_capturable and amount_received: not in its answers; added from its amount and status',
    async () => {
      const intent = await create();
      expect(intent).not.toHaveProperty('amount_capturable');
      expect(intent).not.toHaveProperty('amount_received');
    },
  );

  cannot('Idempotency-Key: a repeated create makes a second intent', async () => {
    const [one, two] = [await create({}, { idempotencyKey: 'k' }), await create({}, { idempotencyKey: 'k' })];
    expect(two.id).not.toBe(one.id);
  });

  cannot('list by created: the search for an intent whose create went wrong is refused', async () => {
    await expect(stripe.paymentIntents.list({ created: { gte: 1 } })).rejects.toMatchObject({
      statusCode: 400,
      message: 'Unexpected created',
    });
  });

  cannot('list of events by type: refused; payments goes on without it', async () => {
    await expect(stripe.events.list({ types: ['payment_intent.succeeded'] })).rejects.toMatchObject({
      statusCode: 400,
      message: 'Unexpected types',
    });
  });

  cannot('confirm with a card: 500; done by an update and a confirmation, with the secret key', async () => {
    const { id } = await create();
    const confirmation = stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    await expect(confirmation).rejects.toMatchObject({ statusCode: 500 });
  });

  cannot('webhooks of holds and voids: only the end of a payment is told', async () => {
    const types = () => webhooks.exchanges.map(({ body }) => (JSON.parse(body) as Stripe.Event).type);
    // The last of the stories above; whatever there was to say about the others came before.
    await waitFor(() => types().includes('payment_intent.payment_failed'), { what: 'the last webhook' });
    expect(new Set(types())).toEqual(new Set(['payment_intent.payment_failed', 'payment_intent.succeeded']));
  });
});
