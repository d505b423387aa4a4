import { waitFor } from '@gittix/common/testing';
import {
  cleanUp,
  confirmAsBrowser,
  createManual,
  startTestEmulator,
  type TestEmulator,
} from '../support/emulator';
import { askFaults, hitsOf, setFaults } from '../support/faults';
import { startWebhookReceiver, WEBHOOK_SECRET } from '../support/webhook-receiver';

afterEach(cleanUp);

const open = async () => {
  const receiver = await startWebhookReceiver();
  const webhook = { url: receiver.url, secret: WEBHOOK_SECRET };
  const emulator = await startTestEmulator({ webhook, webhookDelaysMs: [0, 10, 20] });
  const types = () => receiver.events.map(({ type }) => type);
  return { receiver, webhook, emulator, types };
};

async function ledgerOf({ url }: TestEmulator) {
  return (await (await fetch(`${url}/_emulator/ledger`)).json()) as {
    webhooks_owed: number;
    entries: { operation: string }[];
  };
}

const quiet = (emulator: TestEmulator) =>
  waitFor(async () => (await ledgerOf(emulator)).webhooks_owed === 0, { what: 'no webhook owed' });

describe('faults of webhooks', () => {
  it('drop: never sent, and the ledger says so', async () => {
    const { receiver, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'drop', metadata: { orderId: 'lost' } });
    await createManual(emulator, { metadata: { orderId: 'lost' } });
    await createManual(emulator, { metadata: { orderId: 'kept' } });
    await quiet(emulator);
    expect(receiver.attempts).toHaveLength(1);
    expect(receiver.events).toMatchObject([{ data: { object: { metadata: { orderId: 'kept' } } } }]);
    const { entries } = await ledgerOf(emulator);
    expect(entries.filter(({ operation }) => operation === 'webhook.dropped')).toHaveLength(1);
    expect(await hitsOf(emulator)).toEqual([1]);
  });

  it('double: the same event as often as asked, owed once', async () => {
    const { receiver, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'double', copies: 3, times: 1 });
    const intent = await createManual(emulator);
    await waitFor(() => receiver.attempts.length === 3);
    expect(new Set(receiver.attempts.map(({ id }) => id)).size).toBe(1);
    await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    await receiver.received('payment_intent.amount_capturable_updated');
    await quiet(emulator);
    expect(receiver.attempts).toHaveLength(4);
    const { entries } = await ledgerOf(emulator);
    expect(entries.filter(({ operation }) => operation === 'webhook.delivered')).toHaveLength(2);
  });

  it('delay: late by this much', async () => {
    const { receiver, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'delay', seconds: 0.5, times: 1 });
    const startedAt = performance.now();
    await createManual(emulator);
    await receiver.received('payment_intent.created');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(499);
  });

  it('delay: others are not late', async () => {
    const { receiver, emulator, types } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'delay', seconds: 600, times: 1 });
    const intent = await createManual(emulator);
    await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    await receiver.received('payment_intent.amount_capturable_updated');
    await askFaults(emulator, 'DELETE');
    await receiver.received('payment_intent.created');
    expect(types()).toEqual(['payment_intent.amount_capturable_updated', 'payment_intent.created']);
  });

  it('delay: ends with the fault', async () => {
    const { receiver, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'delay', seconds: 600 });
    await createManual(emulator);
    await waitFor(async () => (await hitsOf(emulator))[0] === 1);
    expect(receiver.attempts).toEqual([]);
    await askFaults(emulator, 'DELETE');
    await receiver.received('payment_intent.created');
  });

  it('reorder: held back until the next one of the same payment was delivered', async () => {
    const { receiver, emulator, types } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'reorder', seconds: 600, times: 1 });
    const intent = await createManual(emulator);
    // Another payment's events overtake nothing.
    await createManual(emulator);
    await receiver.received('payment_intent.created');
    expect(await hitsOf(emulator)).toEqual([0]);
    await confirmAsBrowser(emulator, intent, 'pm_card_visa');
    await waitFor(() => receiver.events.length === 3);
    expect(types()).toEqual([
      'payment_intent.created',
      'payment_intent.amount_capturable_updated',
      'payment_intent.created',
    ]);
    expect(receiver.events[2]?.data.object).toMatchObject({ id: intent.id });
    expect(await hitsOf(emulator)).toEqual([1]);
  });

  it('reorder: goes alone when its time is over, and does not count', async () => {
    const { receiver, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'reorder', seconds: 0.1 });
    await createManual(emulator);
    await receiver.received('payment_intent.created');
    expect(await hitsOf(emulator)).toEqual([0]);
  });

  it('what was held back when the emulator ended is delivered after its restart', async () => {
    const { receiver, webhook, emulator } = await open();
    await setFaults(emulator, { operation: 'webhook', fault: 'delay', seconds: 600 });
    const intent = await createManual(emulator);
    await waitFor(async () => (await hitsOf(emulator))[0] === 1);
    await emulator.close();
    expect(receiver.attempts).toEqual([]);
    await startTestEmulator({ ledgerFile: emulator.ledgerFile, webhook });
    expect((await receiver.received('payment_intent.created')).data.object).toMatchObject({ id: intent.id });
  });
});
