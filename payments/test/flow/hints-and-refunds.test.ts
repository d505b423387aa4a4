import { signedInAs, waitFor } from '@gittix/common/testing';
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
    const { order } = await stage.captured('pm_card_pendingRefund');
    await refund(order.id).expect(202);
    await stage.service.deps.reconciler.idle();
    expect((await stage.stored(order)).status).toBe('refunding');
    await stage.waitForStatus(order, 'refunded');
  });

  it('that fail afterwards are tried again, three times in all, then a human is needed', async () => {
    const { order } = await stage.captured('pm_card_refundFail');
    await refund(order.id).expect(202);
    await stage.service.deps.reconciler.idle();
    expect((await stage.stored(order)).status).toBe('refunded');
    for (const failures of [1, 2, 3]) {
      await waitFor(
        async () => {
          const { refunds } = await stage.emulator.books();
          const ofOrder = refunds.filter(({ status }) => status === 'failed');
          return ofOrder.length === failures;
        },
        { timeoutMs: 8_000, what: `failed refund ${failures}` },
      );
      await stage.service.deps.reconciler.run(order.id);
    }
    const { status, tries } = await stage.stored(order);
    expect({ status, tries: tries.refund }).toEqual({ status: 'refunding', tries: 3 });
  });
});
