import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@gittix/common/testing';
import Stripe from 'stripe';
import { startEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator';

export const SECRET_KEY = 'sk_test_emulator';
export const PUBLISHABLE_KEY = 'pk_test_emulator';

export interface TestEmulator extends Emulator {
  stripe: Stripe;
  ledgerFile: string;
  /** A POST as a browser sends it: publishable key, client secret, form-encoded. */
  browserPost(path: string, params: Record<string, string>, key?: string): Promise<Response>;
}

const cleanUps: (() => Promise<void>)[] = [];

/** For afterEach: closes what a test started and removes its files, last first. */
export async function cleanUp(): Promise<void> {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
}

export function onCleanUp(clean: () => Promise<void>): void {
  cleanUps.push(clean);
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'stripe-emulator-'));
  onCleanUp(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export function stripeAt(url: string, key = SECRET_KEY): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}

export async function startTestEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  const ledgerFile = options.ledgerFile ?? join(await temporaryDirectory(), 'ledger.jsonl');
  const emulator = await startEmulator({
    host: '127.0.0.1',
    port: 0,
    keys: { secret: SECRET_KEY, publishable: PUBLISHABLE_KEY },
    logger: silentLogger,
    refundSettleMs: 20,
    ...options,
    ledgerFile,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= emulator.close());
  onCleanUp(close);
  return {
    url: emulator.url,
    close,
    ledgerFile,
    stripe: stripeAt(emulator.url),
    browserPost: (path, params, key = PUBLISHABLE_KEY) =>
      fetch(`${emulator.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: new URLSearchParams(params),
      }),
  };
}

export const MANUAL = {
  amount: 4500,
  currency: 'usd',
  capture_method: 'manual',
  allowed_payment_method_types: ['card'],
  metadata: { orderId: '65f000000000000000000001', userId: 'u1' },
} satisfies Stripe.PaymentIntentCreateParams;

/** A shop's intent of 45.00 usd, to be captured by hand. */
export function createManual(
  { stripe }: Pick<TestEmulator, 'stripe'>,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.Response<Stripe.PaymentIntent>> {
  return stripe.paymentIntents.create({ ...MANUAL, ...more });
}

type ConfirmAnswer = Stripe.PaymentIntent & { error: Stripe.StripeRawError };

/** What the buyer's browser does, here without one. */
export async function confirmAsBrowser(
  emulator: Pick<TestEmulator, 'browserPost'>,
  intent: Stripe.PaymentIntent,
  paymentMethod: string,
): Promise<{ status: number; body: ConfirmAnswer }> {
  const response = await emulator.browserPost(`/v1/payment_intents/${intent.id}/confirm`, {
    client_secret: secretOf(intent),
    payment_method: paymentMethod,
  });
  return { status: response.status, body: (await response.json()) as ConfirmAnswer };
}

export function secretOf({ client_secret: secret }: Stripe.PaymentIntent): string {
  if (secret === null) throw new Error('the intent has no client secret');
  return secret;
}

/** The StripeError a call ends in; fails the test when it succeeds. */
export async function stripeErrorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('the call was expected to fail');
}
