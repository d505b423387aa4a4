import { signedInAs } from '@gittix/common/testing';
import { createGateway, createStripe } from '../../src/stripe';
import { createNewsReader } from '../../src/use-cases/read-news';
import { reconcile } from '../../src/use-cases/reconcile';
import { plantIntent } from '../support/emulator';
import { startPayments } from '../support/payments-service';
import { next, Stage } from '../support/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());
afterEach(() => {
  stage.link.down = false;
});

describe('a capture that does not go through', () => {
  it('for good: the hold is given back, ChargeFailed only then', async () => {
    const { order } = await stage.authorized('pm_card_captureFail');
    await stage.service.publish('OrderSecured', next(order, 'secured'));
    const stored = await stage.stored(order);
    expect(stored).toMatchObject({ status: 'failed', failure: { code: 'generic_decline' } });
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, status: 'canceled' });
    expect((await stage.service.events(order.id)).slice(-2)).toEqual(['PaymentUpdated', 'ChargeFailed']);
  });

  it.each([
    ['cut_before', 1],
    ['cut_after', 1],
    ['error_before', 2],
    ['error_after', 1],
  ] as const)('for now (%s): the sweeper finishes it with one effect', async (trouble, lastTry) => {
    const { order } = await stage.authorized();
    stage.link.next(new RegExp(`POST .*/capture ${order.id}`), trouble);
    await stage.service.publish('OrderSecured', next(order, 'secured'));
    if ((await stage.stored(order)).status !== 'captured') await stage.sweepAfter(10_000);
    expect((await stage.stored(order)).status).toBe('captured');
    expect(await stage.atStripe(order)).toMatchObject({ captures: 1, refunds: 0, cancels: 0 });
    const keys = stage.link.requests.filter((line) => line.includes(`${order.id}:capture`));
    expect(keys.at(-1)).toContain(`:capture:${lastTry}`);
    expect((await stage.service.events(order.id)).filter((type) => type === 'ChargeFailed')).toEqual([]);
  });

  it('because our own key is wrong: nothing is given up', async () => {
    const { order } = await stage.authorized();
    const misconfigured = await startPayments({
      stripeUrl: stage.link.url,
      besides: stage.service,
      rewire: (deps) => {
        const stripe = createStripe({ secretKey: 'sk_test_revoked', apiUrl: stage.link.url });
        return { ...deps, stripe: { ...deps.stripe, capture: createGateway(stripe).capture } };
      },
    });
    try {
      await stage.decideSilently(order, 'secured');
      await expect(misconfigured.deps.reconciler.run(order.id)).rejects.toMatchObject({
        kind: 'misconfigured',
      });
      expect((await stage.stored(order)).status).toBe('authorized');
      await stage.service.deps.reconciler.run(order.id);
      expect((await stage.stored(order)).status).toBe('captured');
    } finally {
      await misconfigured.close();
    }
  });

  it('because somebody was faster in the dashboard: it counts', async () => {
    const { order, intentId } = await stage.authorized();
    const racing = await startPayments({
      stripeUrl: stage.link.url,
      besides: stage.service,
      rewire: (deps) => ({
        ...deps,
        stripe: {
          ...deps.stripe,
          capture: async (id, key) => {
            await stage.emulator.asDashboard(`/v1/payment_intents/${intentId}/capture`);
            return deps.stripe.capture(id, key);
          },
        },
      }),
    });
    try {
      await stage.decideSilently(order, 'secured');
      await racing.deps.reconciler.run(order.id);
      expect((await stage.stored(order)).status).toBe('captured');
      expect(await stage.atStripe(order)).toMatchObject({ captures: 1, refunds: 0 });
    } finally {
      await racing.close();
    }
  });
});

describe('a replica that dies between the steps', () => {
  class Killed extends Error {}

  /** The call reaches Stripe and is done; the replica never hears of it. */
  it.each(['create', 'capture', 'cancel', 'refund'] as const)(
    'after %s: another finishes with one effect',
    async (call) => {
      const dying = await startPayments({
        stripeUrl: stage.link.url,
        besides: stage.service,
        rewire: (deps) => ({
          ...deps,
          stripe: {
            ...deps.stripe,
            [call]: async (...args: unknown[]) => {
              await (deps.stripe[call] as (...args: unknown[]) => Promise<unknown>)(...args);
              throw new Killed();
            },
          },
        }),
      });
      try {
        const order =
          call === 'create'
            ? await stage.newOrder()
            : (await (call === 'refund' ? stage.captured() : stage.authorized())).order;
        if (call === 'create') {
          await dying.http
            .post('/api/payments')
            .set(signedInAs(order.userId))
            .send({ orderId: order.id })
            .expect(500);
        } else if (call === 'refund') {
          await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: { status: 'refunding' } });
        } else {
          const status = call === 'capture' ? 'secured' : 'expired';
          await stage.decideSilently(order, status);
        }
        if (call !== 'create') await expect(dying.deps.reconciler.run(order.id)).rejects.toThrow(Killed);
        await stage.service.deps.reconciler.run(order.id);
        const ends = { create: 'started', capture: 'captured', cancel: 'voided', refund: 'refunded' };
        expect((await stage.stored(order)).status).toBe(ends[call]);
        expect(await stage.atStripe(order)).toMatchObject({
          intents: 1,
          captures: call === 'capture' || call === 'refund' ? 1 : 0,
          cancels: call === 'cancel' ? 1 : 0,
          refunds: call === 'refund' ? 1 : 0,
        });
        if (call === 'create') expect((await stage.start(order)).clientSecret).toBeTruthy();
      } finally {
        await dying.close();
      }
    },
  );

  it('two replicas that work the same payment do one thing once', async () => {
    const { order } = await stage.authorized();
    const other = await startPayments({ stripeUrl: stage.link.url, besides: stage.service });
    try {
      await stage.decideSilently(order, 'secured');
      // Stripe tells the slower of two requests under one key that the faster still runs: nobody who waits hears of it.
      await Promise.all(
        [stage.service, other, stage.service, other].map(({ deps }) => reconcile(deps, order.id)),
      );
      expect((await stage.stored(order)).status).toBe('captured');
      expect(await stage.atStripe(order)).toMatchObject({ captures: 1, refunds: 0, cancels: 0 });
      // Whoever of them wrote it, publishes it.
      await other.deps.relay.idle();
      expect((await stage.service.events(order.id)).filter((type) => type === 'ChargeCreated')).toHaveLength(
        1,
      );
    } finally {
      await other.close();
    }
  });
});

describe('beginning a payment when Stripe is in trouble', () => {
  it('answers 503 while Stripe is down, and the retry gets the same one intent', async () => {
    const order = await stage.newOrder();
    stage.link.down = true;
    const answer = await stage.post(order);
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('unavailable');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    stage.link.down = false;
    expect((await stage.start(order)).clientSecret).toBeTruthy();
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1 });
  });

  it.each(['cut_after', 'error_after', 'error_before'] as const)(
    '%s: one intent in the end',
    async (trouble) => {
      const order = await stage.newOrder();
      stage.link.next(new RegExp(`POST /v1/payment_intents ${order.id}`), trouble);
      await stage.post(order).expect(503);
      expect((await stage.start(order)).clientSecret).toBeTruthy();
      expect(await stage.atStripe(order)).toMatchObject({ intents: 1 });
      const { tries } = await stage.stored(order);
      expect(tries.create).toBe(trouble === 'error_before' ? 2 : 1);
    },
  );

  it('finds the intent by its metadata a day later, for the key is forgotten by then', async () => {
    const order = await stage.newOrder();
    stage.link.next(new RegExp(`POST /v1/payment_intents ${order.id}`), 'cut_after');
    await stage.post(order).expect(503);
    const { createKeyAt } = await stage.stored(order);
    stage.link.requests.length = 0;
    await reconcile(
      { ...stage.service.deps, now: () => new Date(createKeyAt.getTime() + 23 * 3_600_000) },
      order.id,
    );
    expect((await stage.stored(order)).intentId).toMatch(/^pi_/);
    expect(stage.link.requests.filter((line) => line.startsWith('POST'))).toEqual([]);
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1 });
  });

  it('answers 503 when Stripe refuses the intent itself, and the order ends with nothing to void', async () => {
    const total = { amount: 10, currency: 'usd' as const };
    const order = await stage.newOrder({ total });
    for (const attempt of [1, 2]) {
      const answer = await stage.post(order);
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expect((await stage.stored(order)).tries.create).toBe(attempt);
    }
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('voided');
    expect(await stage.atStripe(order)).toMatchObject({ intents: 0 });
  });

  it('voids what a dead order left behind at Stripe without an id', async () => {
    const order = await stage.newOrder();
    stage.link.next(new RegExp(`POST /v1/payment_intents ${order.id}`), 'cut_after');
    await stage.post(order).expect(503);
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('voided');
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1, status: 'canceled' });
  });

  it("voids a slow worker's intent that came to be after the order and its payment had ended", async () => {
    const order = await stage.newOrder();
    stage.link.next(new RegExp(`POST /v1/payment_intents ${order.id}`), 'error_before');
    await stage.post(order).expect(503);
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('voided');
    expect(await stage.atStripe(order)).toMatchObject({ intents: 0 });

    // The request of a worker that hung meanwhile, and a buyer who had its answer.
    const made = await plantIntent(stage.emulator, (await stage.stored(order)).create, {
      confirm: 'true',
      payment_method: 'pm_card_visa',
    });
    expect(made.body).toMatchObject({ status: 'requires_capture' });
    await createNewsReader(stage.service.deps)();
    await stage.service.deps.reconciler.idle();
    expect(await stage.stored(order)).toMatchObject({
      status: 'voided',
      intentId: (made.body as { id: string }).id,
    });
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1, captures: 0, status: 'canceled' });
  });
});
