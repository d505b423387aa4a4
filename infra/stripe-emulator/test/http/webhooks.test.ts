import { waitFor } from '@gittix/common/testing';
import type Stripe from 'stripe';
import {
  cleanUp,
  confirmAsBrowser,
  createManual,
  PUBLISHABLE_KEY,
  secretOf,
  startTestEmulator,
  stripeErrorOf,
  type TestEmulator,
} from '../support/emulator';
import { startWebhookReceiver, WEBHOOK_SECRET } from '../support/webhook-receiver';

async function owedBy({ url }: TestEmulator): Promise<number> {
  const ledger = (await (await fetch(`${url}/_emulator/ledger`)).json()) as { webhooks_owed: number };
  return ledger.webhooks_owed;
}

describe('webhooks, each verified with the SDK', () => {
  afterEach(cleanUp);

  const withReceiver = async (
    answer?: (attempt: number, event: Stripe.Event) => number,
    webhookDelaysMs: number[] = [0, 10, 20, 40],
  ) => {
    const receiver = await startWebhookReceiver(answer);
    const webhook = { url: receiver.url, secret: WEBHOOK_SECRET };
    const emulator = await startTestEmulator({ webhook, webhookDelaysMs });
    return { receiver, emulator, webhook };
  };

  it('tell the whole life of a payment, with the object as it was', async () => {
    const { receiver, emulator } = await withReceiver();
    const { stripe } = emulator;
    const intent = await createManual(emulator);
    const created = await receiver.received('payment_intent.created');
    expect(created).toMatchObject({
      object: 'event',
      livemode: false,
      data: { object: { id: intent.id, status: 'requires_payment_method', metadata: intent.metadata } },
      request: { id: intent.lastResponse.requestId },
    });
    expect(created.request?.idempotency_key).toMatch(/\S/);

    await confirmAsBrowser(emulator, intent, 'pm_card_chargeDeclined');
    expect((await receiver.received('payment_intent.payment_failed')).data.object).toMatchObject({
      last_payment_error: { code: 'card_declined' },
    });
    await confirmAsBrowser(emulator, intent, 'pm_card_authenticationRequired');
    await receiver.received('payment_intent.requires_action');
    await fetch(`${emulator.url}/_emulator/payment_intents/${intent.id}/authenticate`, {
      method: 'POST',
      body: new URLSearchParams({ client_secret: secretOf(intent), result: 'complete' }),
    });
    expect((await receiver.received('payment_intent.amount_capturable_updated')).data.object).toMatchObject({
      amount_capturable: 4500,
      status: 'requires_capture',
    });
    await stripe.paymentIntents.capture(intent.id);
    await receiver.received('payment_intent.succeeded');
    await stripe.refunds.create({ payment_intent: intent.id });
    expect((await receiver.received('charge.refunded')).data.object).toMatchObject({
      object: 'charge',
      refunded: true,
      payment_intent: intent.id,
    });
    expect((await receiver.received('refund.created')).data.object).toMatchObject({ object: 'refund' });
    expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(receiver.events.length);
    await waitFor(async () => (await owedBy(emulator)) === 0);
  });

  it('and what none of them brought is in the list of events: newest first, by type, time and page', async () => {
    const { receiver, emulator } = await withReceiver(() => 500, [0]);
    const { events } = emulator.stripe;
    const since = Math.floor(Date.now() / 1000);
    const intent = await createManual(emulator);
    await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    await emulator.stripe.paymentIntents.capture(intent.id);
    await waitFor(() => receiver.attempts.length === 3);

    const all = (await events.list()).data;
    expect(all.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'payment_intent.amount_capturable_updated',
      'payment_intent.created',
    ]);
    expect(all[1]).toMatchObject({
      object: 'event',
      data: { object: { id: intent.id, status: 'requires_capture', metadata: intent.metadata } },
    });
    const ids = all.map(({ id }) => id);
    expect(new Set(receiver.attempts.map(({ id }) => id))).toEqual(new Set(ids));
    const some = await events.list({
      types: ['payment_intent.created', 'payment_intent.succeeded'],
      created: { gte: since },
    });
    expect(some.data.map(({ id }) => id)).toEqual([ids[0], ids[2]]);
    const first = await events.list({ limit: 1 });
    expect(first).toMatchObject({ has_more: true, url: '/v1/events' });
    expect((await events.list({ limit: 1, starting_after: ids[0] ?? '' })).data[0]?.id).toBe(ids[1]);
    expect(await events.list({ created: { gt: since + 60 } })).toMatchObject({ data: [], has_more: false });
    expect(await events.retrieve(ids[2] ?? '')).toMatchObject({ type: 'payment_intent.created' });

    expect(await stripeErrorOf(events.retrieve('evt_none'))).toMatchObject({ statusCode: 404, param: 'id' });
    expect(await stripeErrorOf(events.list({ types: ['customer.created'] }))).toMatchObject({
      statusCode: 400,
      param: 'types[0]',
    });
    const asBrowser = await fetch(`${emulator.url}/v1/events?key=${PUBLISHABLE_KEY}`);
    expect(asBrowser.status).toBe(403);
  });

  it('tell of a released hold and of a refund that ends later', async () => {
    const { receiver, emulator } = await withReceiver();
    const { stripe } = emulator;
    const lost = await createManual(emulator);
    await confirmAsBrowser(emulator, lost, 'pm_card_visa');
    await stripe.paymentIntents.cancel(lost.id);
    expect((await receiver.received('payment_intent.canceled')).data.object).toMatchObject({ id: lost.id });
    expect((await receiver.received('charge.refunded')).data.object).toMatchObject({ captured: false });

    const paid = await createManual(emulator, { confirm: true, payment_method: 'pm_card_refundFail' });
    await stripe.paymentIntents.capture(paid.id);
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect((await receiver.received('refund.updated')).data.object).toMatchObject({
      id: refund.id,
      status: 'failed',
    });
    await receiver.received('refund.failed');
  });

  it('are tried again with growing delay until the shop takes them', async () => {
    const { receiver, emulator } = await withReceiver(
      (attempt) => (attempt < 4 ? 500 : 200),
      [0, 20, 80, 160],
    );
    await createManual(emulator);
    const event = await receiver.received('payment_intent.created');
    const times = receiver.attempts.filter(({ id }) => id === event.id).map(({ at }) => at);
    expect(times).toHaveLength(4);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    // Timers may fire a millisecond early.
    for (const [index, least] of [19, 79, 159].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least);
    await waitFor(async () => (await owedBy(emulator)) === 0);
    expect(receiver.attempts).toHaveLength(4);
  });

  it('are given up after the last try, and a redirect is not followed', async () => {
    const { receiver, emulator } = await withReceiver(() => 302, [0, 5, 5]);
    await createManual(emulator);
    await waitFor(async () => (await owedBy(emulator)) === 0);
    expect(receiver.attempts).toHaveLength(3);
    expect(receiver.events).toEqual([]);
  });

  it('never hold up the API: a webhook that hangs or is not there changes nothing', async () => {
    const emulator = await startTestEmulator({
      // Port 9 (discard): nobody listens there.
      webhook: { url: 'http://127.0.0.1:9/webhook', secret: WEBHOOK_SECRET },
      webhookDelaysMs: [0, 60_000],
    });
    const intent = await createManual(emulator);
    await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    expect(await emulator.stripe.paymentIntents.capture(intent.id)).toMatchObject({ status: 'succeeded' });
    expect(await owedBy(emulator)).toBe(3);
    const started = performance.now();
    await emulator.close();
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('that were not delivered go out after a restart', async () => {
    const receiver = await startWebhookReceiver();
    const down = { url: 'http://127.0.0.1:9/webhook', secret: WEBHOOK_SECRET };
    const first = await startTestEmulator({ webhook: down, webhookDelaysMs: [0, 60_000] });
    const intent = await createManual(first);
    await first.close();
    const second = await startTestEmulator({
      ledgerFile: first.ledgerFile,
      webhook: { url: receiver.url, secret: WEBHOOK_SECRET },
    });
    expect((await receiver.received('payment_intent.created')).data.object).toMatchObject({ id: intent.id });
    await waitFor(async () => (await owedBy(second)) === 0);
    expect(receiver.events).toHaveLength(1);
  });
});
