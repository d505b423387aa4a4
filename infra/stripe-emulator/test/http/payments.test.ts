import { waitFor } from '@gittix/common/testing';
import Stripe from 'stripe';
import {
  cleanUp,
  confirmAsBrowser,
  createManual,
  PUBLISHABLE_KEY,
  SECRET_KEY,
  secretOf,
  startTestEmulator,
  stripeErrorOf,
  type TestEmulator,
} from '../support/emulator';

describe('payments, through the real SDK', () => {
  let emulator: TestEmulator;
  let stripe: Stripe;
  beforeAll(async () => {
    emulator = await startTestEmulator();
    stripe = emulator.stripe;
  });
  afterAll(cleanUp);

  const authorise = async (
    paymentMethod = 'pm_card_visa',
    more: Partial<Stripe.PaymentIntentCreateParams> = {},
  ) => {
    const intent = await createManual(emulator, more);
    const { status } = await confirmAsBrowser(emulator, intent, paymentMethod);
    expect(status).toBe(200);
    return stripe.paymentIntents.retrieve(intent.id);
  };
  const captured = async (paymentMethod = 'pm_card_visa') =>
    stripe.paymentIntents.capture((await authorise(paymentMethod)).id);

  it('holds the money, and takes it when the shop says so', async () => {
    const intent = await createManual(emulator);
    expect(intent).toMatchObject({
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: 4500,
      currency: 'usd',
      capture_method: 'manual',
      metadata: { orderId: '65f000000000000000000001', userId: 'u1' },
      allowed_payment_method_types: ['card'],
      payment_method_types: ['card'],
      livemode: false,
      latest_charge: null,
    });
    expect(intent.id).toMatch(/^pi_[A-Za-z0-9]{24}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_[A-Za-z0-9]{25}$`));
    expect(intent.lastResponse.requestId).toMatch(/^req_/);

    const { body } = await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    expect(body).toMatchObject({ status: 'requires_capture', client_secret: intent.client_secret });
    expect(body).not.toHaveProperty('metadata');

    const held = await stripe.paymentIntents.retrieve(intent.id, {
      expand: ['latest_charge', 'payment_method'],
    });
    expect(held).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 4500,
      amount_received: 0,
      latest_charge: { object: 'charge', captured: false, paid: true, amount: 4500, refunded: false },
      payment_method: { object: 'payment_method', card: { brand: 'visa', last4: '4242' } },
    });

    const paid = await stripe.paymentIntents.capture(intent.id, { expand: ['latest_charge'] });
    expect(paid).toMatchObject({
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 4500,
      latest_charge: { captured: true, amount_captured: 4500 },
    });
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
  ])('declines %s with 402, and takes another card afterwards', async (paymentMethod, code, declineCode) => {
    const intent = await createManual(emulator);
    const declined = await confirmAsBrowser(emulator, intent, paymentMethod);
    expect(declined.status).toBe(402);
    expect(declined.body.error).toMatchObject({
      type: 'card_error',
      code,
      payment_intent: { id: intent.id, status: 'requires_payment_method' },
      payment_method: { object: 'payment_method' },
    });
    expect(declined.body.error.decline_code).toBe(declineCode);

    const after = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    expect(after).toMatchObject({
      status: 'requires_payment_method',
      payment_method: null,
      last_payment_error: { type: 'card_error', code },
      latest_charge: { status: 'failed', paid: false, failure_code: code },
    });
    expect(await confirmAsBrowser(emulator, intent, 'pm_card_visa')).toMatchObject({
      status: 200,
      body: { status: 'requires_capture', last_payment_error: null },
    });
  });

  it('gives the shop a StripeCardError when the shop confirms', async () => {
    const call = createManual(emulator, { confirm: true, payment_method: 'pm_card_visa_chargeDeclined' });
    const error = await stripeErrorOf(call);
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method' });
  });

  it('takes the money at once with automatic capture', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 50,
      currency: 'USD',
      confirm: true,
      payment_method: 'pm_card_mastercard',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 50, currency: 'usd' });
  });

  describe('3-D Secure', () => {
    const ask = async (more: Record<string, string> = {}) => {
      const intent = await createManual(emulator);
      const response = await emulator.browserPost(`/v1/payment_intents/${intent.id}/confirm`, {
        client_secret: secretOf(intent),
        payment_method: 'pm_card_authenticationRequired',
        ...more,
      });
      const body = (await response.json()) as Stripe.PaymentIntent;
      expect(body.status).toBe('requires_action');
      return { intent, body };
    };
    const answer = (intent: Stripe.PaymentIntent, result: string, init: RequestInit = {}) =>
      fetch(`${emulator.url}/_emulator/payment_intents/${intent.id}/authenticate`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ client_secret: secretOf(intent), result }),
        ...init,
      });

    it('completes', async () => {
      const { intent, body } = await ask();
      expect(body.next_action).toMatchObject({ type: 'use_stripe_sdk' });
      const response = await answer(intent, 'complete');
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: 'requires_capture', next_action: null });
      expect(await stripe.paymentIntents.capture(intent.id)).toMatchObject({ status: 'succeeded' });
    });

    it('fails, and another card may be tried', async () => {
      const { intent } = await ask();
      expect(await (await answer(intent, 'fail')).json()).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_authentication_failure' },
      });
      expect(await confirmAsBrowser(emulator, intent, 'pm_card_visa')).toMatchObject({
        body: { status: 'requires_capture' },
      });
    });

    it('can be answered once only, and not with a wrong secret', async () => {
      const { intent } = await ask();
      const wrong = new URLSearchParams({ client_secret: `${intent.id}_secret_x`, result: 'complete' });
      expect((await answer(intent, 'complete', { body: wrong })).status).toBe(400);
      expect((await answer(intent, 'maybe')).status).toBe(400);
      expect((await answer(intent, 'complete')).status).toBe(200);
      expect((await answer(intent, 'fail')).status).toBe(400);
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'requires_capture' });
    });

    it('is a page of its own for who comes by redirect, and leads back to the shop', async () => {
      const { intent, body } = await ask({ return_url: 'https://shop.example/orders/1?tab=pay' });
      const address = body.next_action?.redirect_to_url?.url ?? '';
      const page = await fetch(address);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).toContain('$45.00');
      expect(html).toContain('name="result" value="complete"');

      const response = await answer(intent, 'complete', { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect(response.status).toBe(303);
      const location = new URL(response.headers.get('location') ?? '');
      expect(location.origin).toBe('https://shop.example');
      expect(Object.fromEntries(location.searchParams)).toEqual({
        tab: 'pay',
        payment_intent: intent.id,
        payment_intent_client_secret: intent.client_secret,
        redirect_status: 'succeeded',
      });
    });
  });

  describe('capture', () => {
    it('is declined for the card whose capture fails; the hold stays and can be released', async () => {
      const intent = await authorise('pm_card_captureFail');
      expect(intent.status).toBe('requires_capture');
      const error = await stripeErrorOf(stripe.paymentIntents.capture(intent.id));
      expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', charge: intent.latest_charge });
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
        status: 'requires_capture',
        amount_received: 0,
      });
      expect(await stripe.paymentIntents.cancel(intent.id)).toMatchObject({ status: 'canceled' });
    });

    it('happens once: the second is payment_intent_unexpected_state', async () => {
      const intent = await captured();
      const error = await stripeErrorOf(stripe.paymentIntents.capture(intent.id));
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
      expect(error.payment_intent).toMatchObject({ id: intent.id, status: 'succeeded' });
    });

    it('happens once when twenty ask at the same moment', async () => {
      const intent = await authorise();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, () => stripe.paymentIntents.capture(intent.id)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const ledger = await ledgerOf(emulator);
      expect(
        ledger.entries.filter(
          (entry) =>
            entry.operation === 'payment_intent.capture' &&
            entry.subject === intent.id &&
            entry.status === 200,
        ),
      ).toHaveLength(1);
    });

    it('takes a part, and nothing above the hold', async () => {
      const intent = await authorise();
      const call = stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4501 });
      expect(await stripeErrorOf(call)).toMatchObject({
        code: 'amount_too_large',
        param: 'amount_to_capture',
      });
      expect(await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1000 })).toMatchObject({
        status: 'succeeded',
        amount_received: 1000,
      });
    });

    it('needs a hold', async () => {
      const { id } = await createManual(emulator);
      expect(await stripeErrorOf(stripe.paymentIntents.capture(id))).toMatchObject({
        code: 'payment_intent_unexpected_state',
      });
    });
  });

  describe('cancel', () => {
    it('releases a hold, once', async () => {
      const intent = await authorise();
      const canceled = await stripe.paymentIntents.cancel(intent.id, {
        cancellation_reason: 'abandoned',
        expand: ['latest_charge'],
      });
      expect(canceled).toMatchObject({
        status: 'canceled',
        cancellation_reason: 'abandoned',
        amount_capturable: 0,
        latest_charge: { captured: false, refunded: true, amount_captured: 0 },
      });
      expect(canceled.canceled_at).toBeGreaterThan(1_600_000_000);
      for (const call of [
        () => stripe.paymentIntents.cancel(intent.id),
        () => stripe.paymentIntents.capture(intent.id),
        () => stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }),
      ]) {
        expect(await stripeErrorOf(call())).toMatchObject({ code: 'payment_intent_unexpected_state' });
      }
    });

    it('ends an intent nobody paid, and refuses one that is paid', async () => {
      const open = await createManual(emulator);
      expect(await stripe.paymentIntents.cancel(open.id)).toMatchObject({ status: 'canceled' });
      expect((await confirmAsBrowser(emulator, open, 'pm_card_visa')).status).toBe(400);
      const paid = await captured();
      expect(await stripeErrorOf(stripe.paymentIntents.cancel(paid.id))).toMatchObject({ statusCode: 400 });
    });
  });

  describe('refunds', () => {
    it('come in parts and never give back more than was taken', async () => {
      const { id } = await captured();
      const part = await stripe.refunds.create({
        payment_intent: id,
        amount: 1500,
        reason: 'requested_by_customer',
        metadata: { orderId: '1' },
        expand: ['charge'],
      });
      expect(part).toMatchObject({
        object: 'refund',
        status: 'succeeded',
        amount: 1500,
        payment_intent: id,
        charge: { amount_refunded: 1500, refunded: false },
        metadata: { orderId: '1' },
      });
      expect(await stripeErrorOf(stripe.refunds.create({ payment_intent: id, amount: 3001 }))).toMatchObject({
        statusCode: 400,
        param: 'amount',
      });
      const rest = await stripe.refunds.create({ charge: chargeId(part.charge) });
      expect(rest.amount).toBe(3000);
      expect(await stripeErrorOf(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
        code: 'charge_already_refunded',
      });
      expect(await stripe.refunds.retrieve(part.id)).toMatchObject({ id: part.id, amount: 1500 });
      const { data } = await stripe.refunds.list({ payment_intent: id, limit: 10 });
      expect(data.map((refund) => refund.id)).toEqual([rest.id, part.id]);
    });

    it('need money that was taken', async () => {
      const { id } = await authorise();
      const error = await stripeErrorOf(stripe.refunds.create({ payment_intent: id }));
      expect(error).toMatchObject({ statusCode: 400, param: 'payment_intent' });
      expect(await stripeErrorOf(stripe.refunds.create({}))).toMatchObject({ code: 'parameter_missing' });
      expect(await stripeErrorOf(stripe.refunds.create({ payment_intent: 'pi_none' }))).toMatchObject({
        statusCode: 404,
        code: 'resource_missing',
      });
    });

    it.each([
      ['pm_card_pendingRefund', 'pending', 'succeeded'],
      ['pm_card_refundFail', 'succeeded', 'failed'],
    ])('of %s are %s first and %s later', async (card, first, later) => {
      const { id } = await captured(card);
      const refund = await stripe.refunds.create({ payment_intent: id });
      expect(refund.status).toBe(first);
      const settled = await waitFor(async () => {
        const seen = await stripe.refunds.retrieve(refund.id);
        return seen.status === later ? seen : undefined;
      });
      expect(settled.failure_reason).toBe(later === 'failed' ? 'expired_or_canceled_card' : undefined);
    });

    it('reach their end at once when the shop says so, and no second time', async () => {
      const slow = await startTestEmulator({ refundSettleMs: 3_600_000 });
      const paid = await createManual(slow, { confirm: true, payment_method: 'pm_card_refundFail' });
      await slow.stripe.paymentIntents.capture(paid.id);
      const refund = await slow.stripe.refunds.create({ payment_intent: paid.id });
      const settle = (key: string) => slow.browserPost(`/_emulator/refunds/${refund.id}/settle`, {}, key);
      expect((await settle(PUBLISHABLE_KEY)).status).not.toBe(200);
      expect((await slow.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
      for (const _again of [1, 2]) {
        const answer = await settle(SECRET_KEY);
        expect([answer.status, await answer.json()]).toMatchObject([
          200,
          { id: refund.id, status: 'failed' },
        ]);
      }
      const ledger = await fetch(`${slow.url}/_emulator/ledger`);
      const { entries } = (await ledger.json()) as { entries: { operation: string }[] };
      expect(entries.filter(({ operation }) => operation === 'refund.settle')).toHaveLength(1);
    });
  });

  describe('what browsers may do', () => {
    it('is nothing without the right client secret', async () => {
      const [mine, other] = [await createManual(emulator), await createManual(emulator)];
      const path = `/v1/payment_intents/${mine.id}/confirm`;
      const wrong = await emulator.browserPost(path, {
        client_secret: secretOf(other),
        payment_method: 'pm_card_visa',
      });
      expect(wrong.status).toBe(400);
      expect(await wrong.json()).toMatchObject({ error: { param: 'client_secret' } });
      const none = await emulator.browserPost(path, { payment_method: 'pm_card_visa' });
      expect(await none.json()).toMatchObject({
        error: { code: 'parameter_missing', param: 'client_secret' },
      });
      expect(await stripe.paymentIntents.retrieve(mine.id)).toMatchObject({
        status: 'requires_payment_method',
      });
    });

    it('is neither capturing nor refunding nor listing nor creating', async () => {
      const { id, client_secret: secret } = await authorise();
      for (const path of [
        `/v1/payment_intents/${id}/capture`,
        `/v1/payment_intents/${id}/cancel`,
        '/v1/refunds',
      ]) {
        const response = await emulator.browserPost(path, { client_secret: String(secret) });
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ error: { code: 'secret_key_required' } });
      }
      expect((await emulator.browserPost('/v1/payment_intents', { amount: '50' })).status).toBe(403);
      const list = await fetch(`${emulator.url}/v1/payment_intents?key=${PUBLISHABLE_KEY}`);
      expect(list.status).toBe(403);
    });

    it('is reading with the key as a parameter, from any origin', async () => {
      const intent = await createManual(emulator);
      const query = new URLSearchParams({ key: PUBLISHABLE_KEY, client_secret: secretOf(intent) });
      const response = await fetch(`${emulator.url}/v1/payment_intents/${intent.id}?${query.toString()}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const body = await response.json();
      expect(body).toMatchObject({ id: intent.id, status: 'requires_payment_method' });
      expect(body).not.toHaveProperty('metadata');

      const preflight = await fetch(`${emulator.url}/v1/payment_intents/${intent.id}/confirm`, {
        method: 'OPTIONS',
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
      const ledger = await fetch(`${emulator.url}/_emulator/ledger`);
      expect(ledger.headers.get('access-control-allow-origin')).toBeNull();
    });

    it('is turning a typed card into a payment method, of which no number is kept', async () => {
      const typed = (number: string, more: Record<string, string> = {}) =>
        emulator.browserPost('/v1/payment_methods', {
          type: 'card',
          'card[number]': number,
          'card[exp_month]': '4',
          'card[exp_year]': '2044',
          'card[cvc]': '123',
          ...more,
        });
      const method = (await (await typed('4000000000009995')).json()) as Stripe.PaymentMethod;
      expect(method).toMatchObject({ object: 'payment_method', card: { last4: '9995', exp_year: 2044 } });
      const { body } = await confirmAsBrowser(emulator, await createManual(emulator), method.id);
      expect(body.error.decline_code).toBe('insufficient_funds');

      for (const [number, more, code, param] of [
        ['4242424242424241', {}, 'incorrect_number', 'number'],
        ['4242424242424242', { 'card[exp_month]': '13' }, 'invalid_expiry_month', 'exp_month'],
        ['4242424242424242', { 'card[cvc]': '1' }, 'invalid_cvc', 'cvc'],
        ['4539578763621486', {}, 'card_declined', 'number'],
      ] as const) {
        const refused = await typed(number, more);
        expect(refused.status).toBe(402);
        expect(await refused.json()).toMatchObject({ error: { type: 'card_error', code, param } });
      }
    });
  });

  describe('lists', () => {
    it('go page by page, newest first, from a time on', async () => {
      let now = 2_000_000_000_000;
      const other = await startTestEmulator({ nowMs: () => now });
      const ids: string[] = [];
      for (let count = 0; count < 25; count += 1) {
        ids.unshift((await createManual(other)).id);
        now += 1_000;
      }
      const seen: string[] = [];
      for await (const each of other.stripe.paymentIntents.list({ limit: 10 })) seen.push(each.id);
      expect(seen).toEqual(ids);

      const first = await other.stripe.paymentIntents.list({ limit: 10 });
      expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
      const back = await other.stripe.paymentIntents.list({ limit: 3, ending_before: ids[10] ?? '' });
      expect(back.data.map(({ id }) => id)).toEqual(ids.slice(7, 10));

      const late = await other.stripe.paymentIntents.list({ created: { gte: 2_000_000_020 }, limit: 100 });
      expect(late.data.map(({ id }) => id)).toEqual(ids.slice(0, 5));
      const one = await other.stripe.paymentIntents.list({ created: 2_000_000_003 });
      expect(one.data.map(({ id }) => id)).toEqual([ids[21]]);
      const between = await other.stripe.paymentIntents.list({
        created: { gt: 2_000_000_000, lt: 2_000_000_003 },
      });
      expect(between.data.map(({ id }) => id)).toEqual([ids[22], ids[23]]);
      expect(
        await stripeErrorOf(other.stripe.paymentIntents.list({ starting_after: 'pi_none' })),
      ).toMatchObject({
        statusCode: 404,
        param: 'starting_after',
      });
    });

    it('expand their members', async () => {
      const intent = await authorise();
      const { data } = await stripe.paymentIntents.list({ limit: 1, expand: ['data.latest_charge'] });
      expect(data[0]).toMatchObject({ id: intent.id, latest_charge: { object: 'charge' } });
    });
  });
});

interface LedgerAnswer {
  entries: { operation: string; subject: string | null; status: number | null }[];
}

async function ledgerOf({ url }: TestEmulator): Promise<LedgerAnswer> {
  return (await (await fetch(`${url}/_emulator/ledger`)).json()) as LedgerAnswer;
}

function chargeId(charge: string | Stripe.Charge | null): string {
  if (charge === null) throw new Error('no charge');
  return typeof charge === 'string' ? charge : charge.id;
}
