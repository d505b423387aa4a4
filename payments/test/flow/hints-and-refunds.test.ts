import { newId, signedInAs } from '@gittix/common/testing';
import { createStripe, type Hint } from '../../src/stripe';
import { createNewsReader } from '../../src/use-cases/read-news';
import { SECRET_KEY, WEBHOOK_SECRET } from '../support/emulator';
import { Stage } from '../support/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());
afterEach(() => {
  stage.office.forwardTo = undefined;
});

describe('webhooks', () => {
  it('bring the news at once, by a real signature', async () => {
    stage.office.forwardTo = stage.webhookUrl;
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    await stage.office.letter('payment_intent.amount_capturable_updated', order.id);
    await stage.waitForStatus(order, 'authorized');
  });

  it('doubled and in the wrong order change nothing more', async () => {
    const { order } = await stage.captured();
    const created = await stage.office.letter('payment_intent.created', order.id);
    const succeeded = await stage.office.letter('payment_intent.succeeded', order.id);
    for (const letter of [succeeded, created, succeeded, created]) {
      expect(await stage.office.deliver(letter, stage.webhookUrl)).toBe(200);
    }
    await stage.service.deps.reconciler.idle();
    expect((await stage.stored(order)).version).toBe(3);
    expect(await stage.atStripe(order)).toMatchObject({ captures: 1 });
  });

  it('missing: the sweeper sees it', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    await stage.sweepAfter(10_000);
    expect((await stage.stored(order)).status).toBe('authorized');
  });

  it("missing: Stripe's list of events tells, long after the sweeper slowed down", async () => {
    const readNews = createNewsReader(stage.service.deps);
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.service.deps.payments.updateOne(
      { _id: order.id },
      { $set: { checks: 9, nextCheckAt: new Date(stage.service.deps.now().getTime() + 300_000) } },
    );
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    await readNews();
    await stage.service.deps.reconciler.idle();
    expect((await stage.stored(order)).status).toBe('authorized');
  });

  it('replayed after days, with a fresh signature as Stripe does: nothing more happens', async () => {
    const { order } = await stage.captured();
    const letter = await stage.office.letter('payment_intent.amount_capturable_updated', order.id);
    const before = await stage.stored(order);
    const days = 3 * 24 * 3_600_000;
    stage.service.advance(days);
    const signature = createStripe({ secretKey: SECRET_KEY }).webhooks.generateTestHeaderString({
      payload: letter.body.toString(),
      secret: WEBHOOK_SECRET,
    });
    expect(await stage.office.deliver({ ...letter, signature }, stage.webhookUrl)).toBe(200);
    await stage.service.deps.reconciler.idle();
    stage.service.advance(-days);
    expect((await stage.stored(order)).version).toBe(before.version);
    expect(await stage.atStripe(order)).toMatchObject({ captures: 1, refunds: 0, status: 'succeeded' });
  });
});

describe("news from Stripe's list", () => {
  const hint = (change: Partial<Hint> = {}): Hint => ({
    eventId: `evt_${newId()}`,
    type: 'payment_intent.amount_capturable_updated',
    at: new Date(1_700_000_000_000),
    ...change,
  });

  /** A reader of these lists, one a round; answers what it asked since and which payments it had looked at. */
  const reading = async (lists: (Hint[] | Error)[]) => {
    const sinces: Date[] = [];
    const kicked: string[] = [];
    const { deps } = stage.service;
    const read = createNewsReader({
      ...deps,
      now: () => new Date(1_700_000_000_000),
      reconciler: { ...deps.reconciler, kick: (orderId) => kicked.push(orderId) },
      listNews: (since) => {
        sinces.push(since);
        const list = lists.shift() ?? [];
        return list instanceof Error ? Promise.reject(list) : Promise.resolve(list);
      },
    });
    while (lists.length > 0) await read().catch(() => undefined);
    await read();
    return { sinces: sinces.map((since) => since.getTime() - 1_700_000_000_000), kicked };
  };

  it('begins five minutes ago, goes on 10 s before the newest, and stays where it was while Stripe is down', async () => {
    const late = hint({ at: new Date(1_700_000_060_000) });
    const { sinces } = await reading([[], new Error('down'), [late], [late]]);
    expect(sinces).toEqual([-300_000, -300_000, -300_000, 50_000, 50_000]);
  });

  it('takes each event once, and one that shows up late too', async () => {
    const { order } = await stage.authorized();
    const [first, second] = [hint({ orderId: order.id }), hint({ orderId: order.id })];
    const { kicked } = await reading([[second], [first, second], [first, second]]);
    expect(kicked).toEqual([order.id, order.id]);
  });

  it('takes an event again whose payment could not be looked up', async () => {
    const { order } = await stage.authorized();
    const exists = jest.spyOn(stage.service.deps.payments, 'exists').mockImplementationOnce(() => {
      throw new Error('the database is away');
    });
    const { kicked } = await reading([[hint({ orderId: order.id })], [hint({ orderId: order.id })]]);
    exists.mockRestore();
    expect(kicked).toEqual([order.id]);
  });

  it.each([
    ['payment_intent.amount_capturable_updated', false],
    ['payment_intent.succeeded', false],
    ['refund.created', true],
    ['charge.refunded', true],
  ])('%s of a captured payment: looked at %s', async (type, wanted) => {
    const { order, intentId } = await stage.captured();
    const { kicked } = await reading([[hint({ type, intentId })]]);
    expect(kicked).toEqual(wanted ? [order.id] : []);
  });

  it.each([
    ['payment_intent.amount_capturable_updated', true],
    ['payment_intent.succeeded', true],
    ['payment_intent.canceled', false],
    ['refund.created', false],
  ])('%s of a voided payment: looked at %s', async (type, wanted) => {
    const { order, intentId } = await stage.authorized();
    await stage.service.publish('OrderExpired', { ...order, version: 1, status: 'expired' });
    const { kicked } = await reading([[hint({ type, intentId })]]);
    expect(kicked).toEqual(wanted ? [order.id] : []);
  });

  it('is none of ours when no payment has its order or intent', async () => {
    expect((await reading([[hint(), hint({ orderId: newId(), intentId: 'pi_strange' })]])).kicked).toEqual(
      [],
    );
  });
});

describe('refunds', () => {
  const refund = (orderId: string) =>
    stage.service.http
      .post(`/api/payments/${orderId}/refund`)
      .set(signedInAs('f'.repeat(24), { role: 'admin' }))
      .send({ reason: 'the concert was called off' });

  it('by an operator: 202, then the state tells the rest, once', async () => {
    const { order } = await stage.captured();
    const answer = await refund(order.id).expect(202);
    expect(answer.body.status).toBe('refunding');
    await stage.service.deps.reconciler.idle();
    expect((await refund(order.id).expect(202)).body.status).toBe('refunded');
    expect(await stage.atStripe(order)).toMatchObject({ refunds: 1 });
    expect((await stage.service.events(order.id)).slice(-2)).toEqual(['PaymentUpdated', 'ChargeRefunded']);
    expect((await stage.stored(order)).refund).toMatchObject({ reason: 'the concert was called off' });
  });

  it('by other hands are noticed', async () => {
    const { order, intentId } = await stage.captured();
    await stage.emulator.asDashboard('/v1/refunds', { payment_intent: intentId });
    await stage.service.deps.reconciler.run(order.id);
    expect((await stage.service.events(order.id)).at(-1)).toBe('ChargeRefunded');
  });

  it('that are pending stay refunding until Stripe says so', async () => {
    stage.office.forwardTo = stage.webhookUrl;
    const { order, intentId } = await stage.captured('pm_card_pendingRefund');
    await refund(order.id).expect(202);
    await stage.service.deps.reconciler.idle();
    expect((await stage.stored(order)).status).toBe('refunding');
    await stage.emulator.settleRefund(intentId);
    await stage.waitForStatus(order, 'refunded');
  });

  it('that fail afterwards are tried again, three times in all, then a human is needed', async () => {
    const { order, intentId } = await stage.captured('pm_card_refundFail');
    await refund(order.id).expect(202);
    await stage.service.deps.reconciler.idle();
    for (const attempt of [1, 2, 3]) {
      expect(await stage.stored(order)).toMatchObject({ status: 'refunded', tries: { refund: attempt } });
      await stage.emulator.settleRefund(intentId);
      await stage.service.deps.reconciler.run(order.id);
    }
    expect(await stage.stored(order)).toMatchObject({ status: 'refunding', tries: { refund: 3 } });
    const { refunds } = await stage.emulator.books();
    const ofOrder = refunds.filter(({ payment_intent }) => payment_intent === intentId);
    expect(ofOrder.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
  });
});
