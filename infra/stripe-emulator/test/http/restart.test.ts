import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import type Stripe from 'stripe';
import { stablePorts } from '../../../local/src/servers/ports';
import {
  cleanUp,
  MANUAL,
  onCleanUp,
  PUBLISHABLE_KEY,
  SECRET_KEY,
  startTestEmulator,
  stripeAt,
  temporaryDirectory,
} from '../support/emulator';

const MAIN = join(__dirname, '../../src/main.ts');
const params = MANUAL;

/** Stays free while the emulator is down. */
async function freePort(): Promise<number> {
  const [port = 0] = await stablePorts(1);
  return port;
}

/** The emulator as it runs for people: a process of its own, ready when /readyz says so. */
async function spawnEmulator(ledgerFile: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=gittix-source', '--import', 'tsx', MAIN], {
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      HOST: '127.0.0.1',
      STRIPE_SECRET_KEY: SECRET_KEY,
      STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
      LEDGER_FILE: ledgerFile,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  onCleanUp(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await exited;
  });
  await waitFor(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    timeoutMs: 60_000,
    what: 'the emulator',
  });
  return child;
}

/** One buyer after another until the connection breaks; what was acknowledged is written down. */
async function payUntilKilled(
  stripe: Stripe,
  buyer: number,
  acknowledged: Map<string, Acknowledged>,
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const key = `${buyer}-${count}`;
    try {
      const { id } = await stripe.paymentIntents.create(params, { idempotencyKey: `${key}:create` });
      acknowledged.set(id, { key, status: 'requires_payment_method' });
      await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
      acknowledged.set(id, { key, status: 'requires_capture' });
      const { status } = await (count % 2 === 0
        ? stripe.paymentIntents.capture(id)
        : stripe.paymentIntents.cancel(id));
      acknowledged.set(id, { key, status });
    } catch (error) {
      if ((error as Stripe.errors.StripeError).type === 'StripeConnectionError') return;
      throw error;
    }
  }
}

interface Acknowledged {
  key: string;
  status: Stripe.PaymentIntent.Status;
}

const ORDER = ['requires_payment_method', 'requires_capture', 'succeeded'];

describe('after kill -9', () => {
  afterEach(cleanUp);

  it('nothing acknowledged is lost, and keys still give their first answer', async () => {
    const ledgerFile = join(await temporaryDirectory(), 'ledger.jsonl');
    const port = await freePort();
    const stripe = stripeAt(`http://127.0.0.1:${port}`);
    const acknowledged = new Map<string, Acknowledged>();
    for (let round = 0; round < 2; round += 1) {
      const child = await spawnEmulator(ledgerFile, port);
      const before = acknowledged.size;
      const buyers = Array.from({ length: 8 }, (_, buyer) =>
        payUntilKilled(stripe, round * 100 + buyer, acknowledged),
      );
      await waitFor(() => acknowledged.size > before + 40, { timeoutMs: 60_000, everyMs: 1 });
      child.kill('SIGKILL');
      await once(child, 'exit');
      await Promise.all(buyers);
    }

    await spawnEmulator(ledgerFile, port);
    const kept = new Map<string, Stripe.PaymentIntent>();
    for await (const intent of stripe.paymentIntents.list({ limit: 100 })) kept.set(intent.id, intent);
    for (const [id, { status }] of acknowledged) {
      const now = kept.get(id)?.status;
      // A step may have been written down without its answer getting through, so later is right too.
      const right =
        status === 'canceled' || now === 'canceled'
          ? now === 'canceled'
          : ORDER.indexOf(now ?? '') >= ORDER.indexOf(status);
      expect({ id, status, now, right }).toMatchObject({ right: true });
    }
    const [[id, { key }] = ['', { key: '' }]] = acknowledged;
    const again = await stripe.paymentIntents.create(params, { idempotencyKey: `${key}:create` });
    expect(again.id).toBe(id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  }, 240_000);

  it('a ledger written to the middle of a line is read up to there', async () => {
    const first = await startTestEmulator();
    const kept = await first.stripe.paymentIntents.create(params);
    await first.close();
    const { appendFile } = await import('node:fs/promises');
    await appendFile(first.ledgerFile, '{"seq":2,"atMs":17000');
    const second = await startTestEmulator({ ledgerFile: first.ledgerFile });
    const { data } = await second.stripe.paymentIntents.list({ limit: 10 });
    expect(data.map(({ id }) => id)).toEqual([kept.id]);
    await second.stripe.paymentIntents.cancel(kept.id);
    await second.close();
    expect((await readFile(first.ledgerFile, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
  });

  it('a refund that was pending reaches its end', async () => {
    const first = await startTestEmulator({ refundSettleMs: 60_000 });
    const intent = await first.stripe.paymentIntents.create({
      amount: 50,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_pendingRefund',
    });
    const refund = await first.stripe.refunds.create({ payment_intent: intent.id });
    await first.close();
    const second = await startTestEmulator({
      ledgerFile: first.ledgerFile,
      nowMs: () => Date.now() + 60_000,
    });
    await waitFor(async () => (await second.stripe.refunds.retrieve(refund.id)).status === 'succeeded');
  });
});

describe('the process', () => {
  afterEach(cleanUp);

  it('ends with 0 on SIGTERM', async () => {
    const child = await spawnEmulator(join(await temporaryDirectory(), 'ledger.jsonl'), await freePort());
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('keeps an idle connection for longer than any load balancer before it does', async () => {
    const { url } = await startTestEmulator();
    const { headers } = await fetch(url);
    expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(600);
  });
});
