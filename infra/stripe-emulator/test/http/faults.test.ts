import { waitFor } from '@gittix/common/testing';
import type Stripe from 'stripe';
import {
  cleanUp,
  confirmAsBrowser,
  createManual,
  MANUAL,
  PUBLISHABLE_KEY,
  startTestEmulator,
  stripeErrorOf,
  type TestEmulator,
} from '../support/emulator';
import { askFaults, hitsOf, setFaults, type Reported } from '../support/faults';

afterEach(cleanUp);

const held = async (emulator: TestEmulator, more: Partial<Stripe.PaymentIntentCreateParams> = {}) => {
  const intent = await createManual(emulator, more);
  await confirmAsBrowser(emulator, intent, 'pm_card_visa');
  return intent;
};

const statusOf = async ({ stripe }: TestEmulator, id: string) =>
  (await stripe.paymentIntents.retrieve(id)).status;

describe('/_emulator/faults', () => {
  it('shows none at the start, takes a program, counts its hits, and tells the last counts when taken away', async () => {
    const emulator = await startTestEmulator();
    expect(await (await askFaults(emulator, 'GET')).json()).toEqual({ faults: [] });
    await setFaults(emulator, { operation: 'create', fault: 'rate_limit', times: 2 });
    await stripeErrorOf(createManual(emulator));
    const expected = { operation: 'create', fault: 'rate_limit', times: 2, hits: 1 };
    expect(await (await askFaults(emulator, 'GET')).json()).toMatchObject({ faults: [expected] });
    expect(await (await askFaults(emulator, 'DELETE')).json()).toMatchObject({ faults: [expected] });
    expect(await hitsOf(emulator)).toEqual([]);
    await createManual(emulator);
  });

  it('is for holders of the secret key only', async () => {
    const emulator = await startTestEmulator();
    const body = JSON.stringify({ faults: [{ operation: 'create', fault: 'rate_limit' }] });
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const options = method === 'PUT' ? { body } : {};
      expect((await askFaults(emulator, method, { ...options, key: PUBLISHABLE_KEY })).status).toBe(403);
      expect((await askFaults(emulator, method, { ...options, key: 'sk_test_other' })).status).toBe(401);
    }
    await createManual(emulator);
  });

  it.each([
    ['no JSON', '{"faults"'],
    ['no faults', '{}'],
    ['an unknown fault', '{"faults":[{"operation":"create","fault":"fire"}]}'],
    ['an unknown operation', '{"faults":[{"operation":"pay","fault":"rate_limit"}]}'],
    ['a fault that is not for this operation', '{"faults":[{"operation":"create","fault":"drop"}]}'],
    ['an unknown member', '{"faults":[{"operation":"create","fault":"rate_limit","often":true}]}'],
    ['an unknown card', '{"faults":[{"operation":"confirm","fault":"decline","card":"1234"}]}'],
    ['a list of one card', '{"faults":[{"operation":"list","fault":"rate_limit","card":"pm_card_visa"}]}'],
    ['a probability of 2', '{"faults":[{"operation":"create","fault":"rate_limit","probability":2}]}'],
    ['a hang without end', '{"faults":[{"operation":"create","fault":"hang","when":"after"}]}'],
  ])('refuses %s, and leaves what was programmed', async (_what, body) => {
    const emulator = await startTestEmulator();
    await setFaults(emulator, { operation: 'cancel', fault: 'rate_limit' });
    const response = await askFaults(emulator, 'PUT', { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(await hitsOf(emulator)).toEqual([0]);
  });

  it('survives nothing: a restart knows of no fault', async () => {
    const first = await startTestEmulator();
    await setFaults(first, { operation: 'create', fault: 'rate_limit' });
    await first.close();
    const second = await startTestEmulator({ ledgerFile: first.ledgerFile });
    expect(await hitsOf(second)).toEqual([]);
    await createManual(second);
  });
});

describe('a fault hits', () => {
  it('only its operation: each of them, by the SDK', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const [one, other, paid] = [await held(emulator), await held(emulator), await held(emulator)];
    await stripe.paymentIntents.capture(paid.id);
    const calls: Record<string, () => Promise<unknown>> = {
      create: () => createManual(emulator),
      retrieve: () => stripe.paymentIntents.retrieve(one.id),
      list: () => stripe.refunds.list({ payment_intent: paid.id }),
      confirm: () => createManual(emulator).then(({ id }) => confirmByShop(stripe, id)),
      capture: () => stripe.paymentIntents.capture(one.id),
      cancel: () => stripe.paymentIntents.cancel(other.id),
      refund: () => stripe.refunds.create({ payment_intent: paid.id }),
    };
    for (const [operation, call] of Object.entries(calls)) {
      await setFaults(emulator, { operation, fault: 'rate_limit', times: 1 });
      await calls[operation === 'list' ? 'retrieve' : 'list']?.();
      expect(await hitsOf(emulator)).toEqual([0]);
      expect((await stripeErrorOf(call())).statusCode).toBe(429);
      expect(await hitsOf(emulator)).toEqual([1]);
    }
    // Spent, so everything goes its way.
    for (const call of Object.values(calls)) await call();
    expect(await hitsOf(emulator)).toEqual([1]);
  });

  it('only the metadata and the card it is aimed at, by number or id', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const mine = await held(emulator, { metadata: { orderId: 'a', userId: 'u' } });
    const other = await held(emulator, { metadata: { orderId: 'b', userId: 'u' } });
    await setFaults(
      emulator,
      { operation: 'capture', fault: 'capture_failure', metadata: { orderId: 'a' } },
      { operation: 'capture', fault: 'capture_failure', card: '5555 5555 5555 4444' },
      { operation: 'confirm', fault: 'decline', card: 'pm_card_amex' },
    );
    expect(await stripe.paymentIntents.capture(other.id)).toMatchObject({ status: 'succeeded' });
    expect((await stripeErrorOf(stripe.paymentIntents.capture(mine.id))).code).toBe('card_declined');

    const mastercard = await createManual(emulator);
    expect((await confirmAsBrowser(emulator, mastercard, 'pm_card_mastercard')).status).toBe(200);
    expect((await stripeErrorOf(stripe.paymentIntents.capture(mastercard.id))).code).toBe('card_declined');
    const typed = await emulator.browserPost('/v1/payment_methods', {
      type: 'card',
      'card[number]': '378282246310005',
      'card[exp_month]': '12',
      'card[exp_year]': '2040',
      'card[cvc]': '1234',
    });
    const { id } = (await typed.json()) as { id: string };
    expect((await confirmAsBrowser(emulator, await createManual(emulator), id)).status).toBe(402);
    expect(await hitsOf(emulator)).toEqual([1, 1, 1]);
  });

  it('by chance, the same by the same seed, and another by another', async () => {
    const emulator = await startTestEmulator();
    const round = async (seed: number) => {
      await setFaults(emulator, { operation: 'list', fault: 'rate_limit', probability: 0.4, seed });
      let pattern = '';
      for (let count = 0; count < 40; count += 1) {
        const outcome = emulator.stripe.paymentIntents.list();
        pattern += await outcome.then(
          () => '.',
          () => 'x',
        );
      }
      return pattern;
    };
    const first = await round(7);
    const hits = first.split('x').length - 1;
    expect(hits).toBeGreaterThan(8);
    expect(hits).toBeLessThan(24);
    expect(await hitsOf(emulator)).toEqual([hits]);
    expect(await round(7)).toBe(first);
    expect(await round(8)).not.toBe(first);
  });

  it('as the first of its list that fires; the next ones have their turn when it is spent', async () => {
    const emulator = await startTestEmulator();
    await setFaults(
      emulator,
      { operation: 'create', fault: 'error', when: 'before', status: 503, stored: false, times: 1 },
      { operation: 'create', fault: 'rate_limit', times: 1 },
    );
    expect((await stripeErrorOf(createManual(emulator))).statusCode).toBe(503);
    expect((await stripeErrorOf(createManual(emulator))).statusCode).toBe(429);
    await createManual(emulator);
    expect(await hitsOf(emulator)).toEqual([1, 1]);
  });
});

const confirmByShop = (stripe: Stripe, id: string) =>
  stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });

describe('error', () => {
  it.each([
    ['before the effect', 'before', 'requires_capture'],
    ['after the effect', 'after', 'succeeded'],
  ])('%s: 500, stored under the key; only another key goes on', async (_what, when, status) => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await held(emulator);
    await setFaults(emulator, { operation: 'capture', fault: 'error', when, times: 1 });
    const capture = (idempotencyKey: string) => stripe.paymentIntents.capture(id, {}, { idempotencyKey });
    const first = await stripeErrorOf(capture('k:1'));
    expect(first).toMatchObject({ statusCode: 500, rawType: 'api_error' });
    expect(first.headers?.['idempotent-replayed']).toBeUndefined();
    expect(await statusOf(emulator, id)).toBe(status);

    const again = await stripeErrorOf(capture('k:1'));
    expect(again.statusCode).toBe(500);
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(await statusOf(emulator, id)).toBe(status);
    expect(await hitsOf(emulator)).toEqual([1]);

    const anew = capture('k:2');
    if (when === 'before') expect(await anew).toMatchObject({ status: 'succeeded' });
    else expect((await stripeErrorOf(anew)).code).toBe('payment_intent_unexpected_state');
  });

  it('after the effect on create: the intent is there, and only the list tells', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    await setFaults(emulator, { operation: 'create', fault: 'error', when: 'after' });
    const error = await stripeErrorOf(stripe.paymentIntents.create(MANUAL, { idempotencyKey: 'k' }));
    expect(error.statusCode).toBe(500);
    const { data } = await stripe.paymentIntents.list();
    expect(data).toMatchObject([{ metadata: MANUAL.metadata, status: 'requires_payment_method' }]);
  });

  it.each([
    ['before', 'requires_capture', undefined],
    ['after', 'succeeded', 'true'],
  ])('not stored, %s the effect: the same key is the way on', async (when, status, replayed) => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await held(emulator);
    const fault = { operation: 'capture', fault: 'error', when, status: 502, stored: false, times: 1 };
    await setFaults(emulator, fault);
    const capture = () => stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'k' });
    expect((await stripeErrorOf(capture())).statusCode).toBe(502);
    expect(await statusOf(emulator, id)).toBe(status);
    const done = await capture();
    expect(done.status).toBe('succeeded');
    expect(done.lastResponse.headers['idempotent-replayed']).toBe(replayed);
  });

  it('of a retrieve and of a list', async () => {
    const emulator = await startTestEmulator();
    const { id } = await createManual(emulator);
    const error = { fault: 'error', when: 'before', times: 1 };
    await setFaults(emulator, { operation: 'retrieve', ...error }, { operation: 'list', ...error });
    expect((await stripeErrorOf(emulator.stripe.paymentIntents.retrieve(id))).statusCode).toBe(500);
    expect((await stripeErrorOf(emulator.stripe.paymentIntents.list())).statusCode).toBe(500);
    expect(await statusOf(emulator, id)).toBe('requires_payment_method');
  });
});

describe('hang', () => {
  const idempotencyKey = 'k';
  const impatient = { timeout: 150, idempotencyKey };

  it('before the effect: nothing for the time, the key is in use, and then it happens all the same', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await held(emulator);
    await setFaults(emulator, {
      operation: 'capture',
      fault: 'hang',
      when: 'before',
      seconds: 600,
      times: 1,
    });
    const capture = (options = { idempotencyKey }) => stripe.paymentIntents.capture(id, {}, options);
    expect((await stripeErrorOf(capture(impatient))).type).toBe('StripeConnectionError');
    expect(await statusOf(emulator, id)).toBe('requires_capture');
    expect((await stripeErrorOf(capture())).statusCode).toBe(409);
    // Taking the fault away lets go whoever hangs.
    await askFaults(emulator, 'DELETE');
    await waitFor(async () => (await statusOf(emulator, id)) === 'succeeded');
    expect((await capture()).lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('after the effect: done, but nobody hears of it; the key tells', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await held(emulator);
    await setFaults(emulator, { operation: 'cancel', fault: 'hang', when: 'after', seconds: 600, times: 1 });
    const cancel = (options = { idempotencyKey }) => stripe.paymentIntents.cancel(id, {}, options);
    expect((await stripeErrorOf(cancel(impatient))).type).toBe('StripeConnectionError');
    expect(await statusOf(emulator, id)).toBe('canceled');
    expect((await cancel()).lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('ends after its time, and does not hold up others meanwhile', async () => {
    const emulator = await startTestEmulator();
    const { id } = await createManual(emulator);
    const seconds = 0.4;
    await setFaults(emulator, { operation: 'retrieve', fault: 'hang', when: 'before', seconds, times: 1 });
    const startedAt = performance.now();
    const hanging = emulator.stripe.paymentIntents.retrieve(id);
    await waitFor(async () => (await hitsOf(emulator))[0] === 1);
    await createManual(emulator);
    expect(await hanging).toMatchObject({ id });
    // Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(seconds * 1000 - 1);
  });

  it('never keeps the emulator from ending', async () => {
    const emulator = await startTestEmulator();
    const { id } = await createManual(emulator);
    await setFaults(emulator, { operation: 'retrieve', fault: 'hang', when: 'before', seconds: 600 });
    const hanging = emulator.stripe.paymentIntents.retrieve(id);
    await waitFor(async () => (await hitsOf(emulator))[0] === 1);
    await emulator.close();
    expect(await hanging).toMatchObject({ id });
  });
});

describe('rate_limit, decline, capture_failure', () => {
  it('429: nothing happened, and the key is as unused as before', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    await setFaults(emulator, { operation: 'create', fault: 'rate_limit', times: 1 });
    const create = () => stripe.paymentIntents.create(MANUAL, { idempotencyKey: 'k' });
    expect(await stripeErrorOf(create())).toMatchObject({ type: 'StripeRateLimitError', code: 'rate_limit' });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect((await create()).lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('a good card is declined, with the code asked for, even one that would be asked for 3-D Secure', async () => {
    const emulator = await startTestEmulator();
    const intent = await createManual(emulator);
    const decline = { operation: 'confirm', fault: 'decline', decline_code: 'lost_card', times: 2 };
    await setFaults(emulator, decline);
    for (const card of ['pm_card_visa', 'pm_card_authenticationRequired']) {
      const { status, body } = await confirmAsBrowser(emulator, intent, card);
      expect({ status, error: body.error }).toMatchObject({
        status: 402,
        error: { code: 'card_declined', decline_code: 'lost_card' },
      });
    }
    expect(await emulator.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'lost_card' },
    });
    expect((await confirmAsBrowser(emulator, intent, 'pm_card_visa')).status).toBe(200);
  });

  it('a good hold cannot be captured: a definite no, and the hold stays', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await held(emulator);
    await setFaults(emulator, { operation: 'capture', fault: 'capture_failure', times: 1 });
    expect(await stripeErrorOf(stripe.paymentIntents.capture(id))).toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    expect(await statusOf(emulator, id)).toBe('requires_capture');
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: 'canceled' });
  });
});

it('tells every fault with its defaults', async () => {
  const emulator = await startTestEmulator();
  await setFaults(emulator, { operation: 'capture', fault: 'error', when: 'after' });
  const { faults } = (await (await askFaults(emulator, 'GET')).json()) as { faults: Reported[] };
  expect(faults).toEqual([
    {
      operation: 'capture',
      fault: 'error',
      when: 'after',
      status: 500,
      stored: true,
      probability: 1,
      seed: 1,
      hits: 0,
    },
  ]);
});
