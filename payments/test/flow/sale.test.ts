import { signedInAs } from '@gittix/common/testing';
import { createNewsReader } from '../../src/use-cases/read-news';
import { next, Stage } from '../support/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(() => stage.close());

describe('a sale', () => {
  it('is authorised, won, captured', async () => {
    const { order } = await stage.captured();
    expect(await stage.atStripe(order)).toMatchObject({
      intents: 1,
      captures: 1,
      cancels: 0,
      refunds: 0,
      status: 'succeeded',
      received: 4_500,
    });
    expect(await stage.service.events(order.id)).toEqual([
      'PaymentUpdated',
      'PaymentUpdated',
      'PaymentAuthorized',
      'ChargeCreated',
    ]);
    const versions = stage.service.bus.published.filter(
      ({ subject, source }) => subject === order.id && source === '/payments',
    );
    expect(versions.map(({ id }) => id)).toEqual(
      [0, 1, 2, 3].map((version) => `payment.${order.id}.${version}`),
    );
    expect(JSON.stringify(versions)).not.toContain('_secret');
  });

  it('asks Stripe once to begin with', async () => {
    const order = await stage.newOrder();
    stage.link.requests.length = 0;
    await stage.start(order);
    expect(stage.link.requests).toEqual([`POST /v1/payment_intents ${order.id}:create`]);
  });

  it('survives a declined card: the reason is told, the same intent goes on', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    expect(
      (await stage.emulator.confirm(clientSecret, 'pm_card_chargeDeclinedInsufficientFunds')).status,
    ).toBe(402);
    const declined = await stage.start(order);
    expect(declined).toMatchObject({
      status: 'started',
      clientSecret,
      failure: { code: 'insufficient_funds' },
    });
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    const held = await stage.start(order);
    expect(held.status).toBe('authorized');
    expect(held.failure).toBeUndefined();
    expect(held.clientSecret).toBeUndefined();
  });

  it('confirmed from two tabs at once, and once more, is held once and captured once', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    const confirm = () => stage.emulator.confirm(clientSecret, 'pm_card_visa');
    const tabs = [...(await Promise.all([confirm(), confirm()])), await confirm()];
    expect(tabs.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    await Promise.all([stage.start(order), stage.start(order)]);
    await stage.service.publish('OrderSecured', next(order, 'secured'));
    const { charges, payment_intents } = await stage.emulator.books();
    const intent = payment_intents.find(({ metadata }) => metadata.orderId === order.id);
    expect(charges.filter(({ payment_intent }) => payment_intent === intent?.id)).toHaveLength(1);
    expect(await stage.atStripe(order)).toMatchObject({ intents: 1, captures: 1, received: 4_500 });
    expect((await stage.stored(order)).status).toBe('captured');
  });

  it('waits for the bank that asks the buyer', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    expect((await stage.emulator.confirm(clientSecret, 'pm_card_authenticationRequired')).body.status).toBe(
      'requires_action',
    );
    expect((await stage.start(order)).status).toBe('started');
    await stage.emulator.authenticate(clientSecret, 'complete');
    expect((await stage.start(order)).status).toBe('authorized');
  });

  it('is not captured before the order is won', async () => {
    const { order } = await stage.authorized();
    await stage.service.publish('OrderUpdated', next(order, 'created'));
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, status: 'requires_capture' });
  });
});

describe('a lost order', () => {
  it('has its hold voided: the event says so', async () => {
    const { order } = await stage.authorized();
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('voided');
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, cancels: 1, status: 'canceled' });
    expect(await stage.service.events(order.id)).not.toContain('ChargeCreated');
  });

  it('has its intent canceled before anybody confirmed it', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.service.publish('OrderCancelled', { ...next(order, 'cancelled'), reason: 'buyer' });
    expect((await stage.stored(order)).status).toBe('voided');
    expect((await stage.emulator.confirm(clientSecret, 'pm_card_visa')).status).toBe(400);
    expect((await stage.stored(order)).authorizedAt).toBeUndefined();
  });

  it('whose card is authorised after its end has the hold voided, and its buyer is told', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    stage.link.next(/^POST .*\/cancel/, 'cut_before');
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('voiding');
    expect((await stage.emulator.confirm(clientSecret, 'pm_card_visa')).body.status).toBe('requires_capture');
    await createNewsReader(stage.service.deps)();
    await stage.service.deps.reconciler.idle();
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, cancels: 1, status: 'canceled' });
    const shown = await stage.service.http.get(`/api/payments/${order.id}`).set(signedInAs(order.userId));
    expect(shown.body).toMatchObject({ status: 'voided', authorizedAt: expect.any(String) });
    expect(Math.abs(Date.parse(shown.body.authorizedAt) - Date.now())).toBeLessThan(30_000);
  });

  it('whose card the bank is asking about has its intent canceled: no hold comes of the answer', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    await stage.emulator.confirm(clientSecret, 'pm_card_authenticationRequired');
    await stage.service.publish('OrderCancelled', { ...next(order, 'cancelled'), reason: 'buyer' });
    await stage.emulator.authenticate(clientSecret, 'complete');
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, cancels: 1, status: 'canceled' });
    expect(await stage.stored(order)).toMatchObject({ status: 'voided' });
  });

  it('is given back what somebody captured in the dashboard', async () => {
    const { order, intentId } = await stage.authorized();
    await stage.emulator.asDashboard(`/v1/payment_intents/${intentId}/capture`);
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('refunded');
    expect(await stage.atStripe(order)).toMatchObject({ refunds: 1 });
    expect((await stage.service.events(order.id)).at(-1)).toBe('ChargeRefunded');
  });

  it('that lost between the events out of order still ends voided', async () => {
    const { order } = await stage.authorized();
    await stage.service.publish('OrderExpired', { ...next(order, 'expired'), version: 2 });
    await stage.service.publish('OrderUpdated', next(order, 'created'));
    await stage.service.publish('OrderExpired', { ...next(order, 'expired'), version: 2 });
    expect((await stage.stored(order)).status).toBe('voided');
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, cancels: 1 });
  });
});

describe('what does not fit', () => {
  it('is never captured: another amount at Stripe', async () => {
    const order = await stage.newOrder();
    const { clientSecret } = await stage.start(order);
    // Somebody changed what we asked for: as if the intent had been made for more.
    await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: { 'create.amount': 4_400 } });
    await stage.emulator.confirm(clientSecret, 'pm_card_visa');
    await stage.service.deps.reconciler.run(order.id);
    const stored = await stage.stored(order);
    expect(stored.status).toBe('voided');
    expect(stored.attention).toContain('amount');
    expect(await stage.atStripe(order)).toMatchObject({ captures: 0, status: 'canceled' });
    expect(await stage.service.events(order.id)).not.toContain('PaymentAuthorized');
  });

  it('is never captured: the order copy names another buyer or total', async () => {
    for (const strange of [
      { userId: 'e'.repeat(24) },
      { total: { amount: 9_900, currency: 'usd' as const } },
    ]) {
      const { order } = await stage.authorized();
      await stage.service.publish('OrderSecured', { ...next(order, 'secured'), ...strange });
      expect((await stage.stored(order)).status).toBe('voided');
      expect(await stage.atStripe(order)).toMatchObject({ captures: 0, status: 'canceled' });
    }
  });

  it('is left alone: an intent that Stripe does not know', async () => {
    const order = await stage.newOrder();
    await stage.start(order);
    await stage.service.deps.payments.updateOne({ _id: order.id }, { $set: { intentId: 'pi_unknown' } });
    await stage.service.publish('OrderExpired', next(order, 'expired'));
    expect((await stage.stored(order)).status).toBe('started');
  });
});
