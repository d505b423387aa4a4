import type { Ledger } from '../../src/ledger/ledger-file';
import {
  cleanUp,
  createManual,
  MANUAL,
  SECRET_KEY,
  startTestEmulator,
  stripeErrorOf,
  type TestEmulator,
} from '../support/emulator';

const params = MANUAL;

/** The raw answer, to compare statuses, headers and bodies. */
function post(
  { url }: TestEmulator,
  path: string,
  body: Record<string, string>,
  idempotencyKey: string,
  apiKey = SECRET_KEY,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': idempotencyKey },
    body: new URLSearchParams(body),
  });
}

const CREATE = { amount: '4500', currency: 'usd', capture_method: 'manual', 'metadata[orderId]': 'o1' };

async function entriesOf({ url }: TestEmulator): Promise<{ operation: string }[]> {
  const ledger = (await (await fetch(`${url}/_emulator/ledger`)).json()) as {
    entries: { operation: string }[];
  };
  return ledger.entries;
}

describe('an Idempotency-Key', () => {
  afterEach(cleanUp);

  it('gives the first answer again, byte for byte, and does nothing twice', async () => {
    const emulator = await startTestEmulator();
    const first = await post(emulator, '/v1/payment_intents', CREATE, 'o1:create');
    const body = await first.text();
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(first.headers.get('idempotency-key')).toBe('o1:create');

    const { amount, currency, ...rest } = CREATE;
    const reordered = { ...rest, currency, amount };
    const again = await post(emulator, '/v1/payment_intents', reordered, 'o1:create');
    expect(again.status).toBe(200);
    expect(await again.text()).toBe(body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(again.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
    expect(await entriesOf(emulator)).toHaveLength(1);
  });

  it('replays the answer of that time, whatever happened since', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const created = await stripe.paymentIntents.create(params, { idempotencyKey: 'k' });
    await stripe.paymentIntents.cancel(created.id);
    const replayed = await stripe.paymentIntents.create(params, { idempotencyKey: 'k' });
    expect(replayed).toMatchObject({ id: created.id, status: 'requires_payment_method' });
    expect(replayed.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('replays errors of requests that began: declines, wrong states, unknown ids', async () => {
    const emulator = await startTestEmulator();
    const { stripe } = emulator;
    const { id } = await createManual(emulator);
    const decline = () =>
      stripe.paymentIntents.confirm(
        id,
        { payment_method: 'pm_card_chargeDeclined' },
        { idempotencyKey: 'confirm' },
      );
    const first = await stripeErrorOf(decline());
    const again = await stripeErrorOf(decline());
    expect(again).toMatchObject({ statusCode: 402, code: 'card_declined', charge: first.charge });
    expect(again.headers?.['idempotent-replayed']).toBe('true');

    const tooEarly = await stripeErrorOf(
      stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'capture' }),
    );
    expect(tooEarly.code).toBe('payment_intent_unexpected_state');
    await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    // The hold is there now, and the stored refusal is what the key answers all the same.
    const stored = await stripeErrorOf(stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'capture' }));
    expect(stored.code).toBe('payment_intent_unexpected_state');
    expect(await stripe.paymentIntents.capture(id, {}, { idempotencyKey: 'capture:1' })).toMatchObject({
      status: 'succeeded',
    });
    for (const replayed of [null, 'true']) {
      const response = await post(emulator, '/v1/payment_intents/pi_none/cancel', {}, 'none');
      expect(response.status).toBe(404);
      expect(response.headers.get('idempotent-replayed')).toBe(replayed);
    }
  });

  it('replays a stored 500', async () => {
    let readings = 0;
    let failing = Number.NaN;
    const emulator = await startTestEmulator({
      // The clock is all an execution depends on: its first reading looks the key up, its second belongs to the execution.
      nowMs: () => {
        readings += 1;
        if (readings === failing) throw new Error('broken on purpose');
        return Date.now();
      },
    });
    const send = async () => {
      const response = await post(emulator, '/v1/payment_intents', CREATE, 'k');
      return { status: response.status, headers: response.headers, body: await response.text() };
    };
    failing = readings + 2;
    const first = await send();
    expect(first.status).toBe(500);
    expect(JSON.parse(first.body)).toMatchObject({ error: { type: 'api_error' } });
    expect(first.body).not.toContain('broken on purpose');
    const again = await send();
    expect(again).toMatchObject({ status: 500, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('stripe-should-retry')).toBe('false');
  });

  it('is refused with other parameters or for another endpoint', async () => {
    const emulator = await startTestEmulator();
    await post(emulator, '/v1/payment_intents', CREATE, 'k');
    const other = await post(emulator, '/v1/payment_intents', { ...CREATE, amount: '4501' }, 'k');
    expect(other.status).toBe(400);
    expect(await other.json()).toMatchObject({ error: { type: 'idempotency_error' } });
    const elsewhere = await post(emulator, '/v1/refunds', CREATE, 'k');
    expect(elsewhere.status).toBe(400);
    expect(await elsewhere.json()).toMatchObject({ error: { type: 'idempotency_error' } });
    expect(await entriesOf(emulator)).toHaveLength(1);
    const error = await stripeErrorOf(
      emulator.stripe.paymentIntents.create({ ...params, amount: 99 }, { idempotencyKey: 'k' }),
    );
    expect(error.type).toBe('StripeIdempotencyError');
  });

  it('is refused with 409 while its first request is under way', async () => {
    const writes: { open: () => void }[] = [];
    const held = (file: Ledger): Ledger => ({
      append: async (entry) => {
        await new Promise<void>((open) => writes.push({ open }));
        return file.append(entry);
      },
      close: () => file.close(),
    });
    const emulator = await startTestEmulator({ wrapLedger: held });
    const first = post(emulator, '/v1/payment_intents', CREATE, 'k');
    // A key of its own gets in behind it, so the first one is under way by then.
    const second = post(emulator, '/v1/payment_intents', CREATE, 'other');
    while (writes.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const meanwhile = await post(emulator, '/v1/payment_intents', CREATE, 'k');
    expect(meanwhile.status).toBe(409);
    expect(await meanwhile.json()).toMatchObject({
      error: { type: 'idempotency_error', code: 'idempotency_key_in_use' },
    });
    for (const { open } of writes) open();
    expect((await first).status).toBe(200);
    expect((await second).status).toBe(200);
    const replayed = await post(emulator, '/v1/payment_intents', CREATE, 'k');
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
  });

  it('stays unused when the parameters or the API key were refused', async () => {
    const emulator = await startTestEmulator();
    const bad = await post(emulator, '/v1/payment_intents', { ...CREATE, amount: '1' }, 'k');
    expect(bad.status).toBe(400);
    const denied = await post(emulator, '/v1/payment_intents', CREATE, 'k', 'sk_test_wrong');
    expect(denied.status).toBe(401);
    const good = await post(emulator, '/v1/payment_intents', CREATE, 'k');
    expect(good.status).toBe(200);
    expect(good.headers.get('idempotent-replayed')).toBeNull();
  });

  it('is forgotten after 24 hours', async () => {
    let now = 2_000_000_000_000;
    const { stripe } = await startTestEmulator({ nowMs: () => now });
    const create = () => stripe.paymentIntents.create(params, { idempotencyKey: 'k' });
    const first = await create();
    now += 24 * 3_600_000 - 1;
    expect((await create()).id).toBe(first.id);
    now += 1;
    expect((await create()).id).not.toBe(first.id);
  });

  it('has at most 255 characters', async () => {
    const emulator = await startTestEmulator();
    expect((await post(emulator, '/v1/payment_intents', CREATE, 'k'.repeat(255))).status).toBe(200);
    expect((await post(emulator, '/v1/payment_intents', CREATE, 'k'.repeat(256))).status).toBe(400);
  });
});
