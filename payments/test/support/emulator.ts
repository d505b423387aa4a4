import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreateParameters } from '../../src/domain/payment';
import { startChild } from './child';

export const SECRET_KEY = 'sk_test_payments';
export const PUBLISHABLE_KEY = 'pk_test_payments';
export const WEBHOOK_SECRET = 'whsec_payments';

/** What the emulator's ledger tells of one request. */
export interface LedgerLine {
  operation: string;
  status: number;
  subject: string;
  idempotency_key: string | null;
}

export interface Books {
  entries: LedgerLine[];
  payment_intents: {
    id: string;
    status: string;
    amount: number;
    amount_received: number;
    metadata: Record<string, string>;
  }[];
  charges: { payment_intent: string; captured: boolean; amount_refunded: number; amount_captured: number }[];
  refunds: { id: string; payment_intent: string; status: string; amount: number }[];
}

export interface Emulator {
  url: string;
  /** Any request of the secret key, as the operator's dashboard would make it. */
  asDashboard(path: string, parameters?: Record<string, string>): Promise<{ status: number; body: unknown }>;
  /** The bank has decided: the order's latest refund reaches the end that its card stands for. Nothing else brings it there. */
  settleRefund(intentId: string): Promise<void>;
  /** What the browser does with the client secret. */
  confirm(clientSecret: string, card: string): Promise<{ status: number; body: { status?: string } }>;
  /** The bank's question about a card that needs it. */
  authenticate(clientSecret: string, result: 'complete' | 'fail'): Promise<void>;
  books(): Promise<Books>;
  close(): Promise<void>;
}

/** The emulator of infra as a process of its own: services share no code with infra, not even in tests. */
export async function startEmulator(webhookUrl: string): Promise<Emulator> {
  const directory = await mkdtemp(join(tmpdir(), 'gittix-payments-'));
  const child = startChild('infra/stripe-emulator/src/main.ts', {
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: PUBLISHABLE_KEY,
    WEBHOOK_URL: webhookUrl,
    WEBHOOK_SECRET,
    LEDGER_FILE: join(directory, 'ledger.jsonl'),
    // Only when a test says so: a day.
    REFUND_SETTLE_MS: '86400000',
  });
  const url = await child.said(/"url":"([^"]+)"[^\n]*emulator is ready/);
  const post = async (path: string, key: string | undefined, parameters: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      body: new URLSearchParams(parameters),
    });
    return { status: response.status, body: (await response.json()) as { status?: string } };
  };
  const books = async () => (await (await fetch(`${url}/_emulator/ledger`)).json()) as Books;
  const idOf = (clientSecret: string) => clientSecret.split('_secret')[0];
  return {
    url,
    asDashboard: (path, parameters = {}) => post(path, SECRET_KEY, parameters),
    confirm: (client_secret, payment_method) =>
      post(`/v1/payment_intents/${idOf(client_secret)}/confirm`, PUBLISHABLE_KEY, {
        client_secret,
        payment_method,
      }),
    authenticate: async (client_secret, result) => {
      await post(`/_emulator/payment_intents/${idOf(client_secret)}/authenticate`, undefined, {
        client_secret,
        result,
      });
    },
    settleRefund: async (intentId) => {
      const refund = (await books()).refunds.findLast(({ payment_intent }) => payment_intent === intentId);
      const { status } = await post(`/_emulator/refunds/${refund?.id}/settle`, SECRET_KEY, {});
      expect(status).toBe(200);
    },
    books,
    close: async () => {
      await child.end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** An intent as the payment of an order asks for it, which no payment of ours knows of. */
export function plantIntent(
  emulator: Emulator,
  { metadata, amount, currency }: CreateParameters,
  change: Record<string, string> = {},
): ReturnType<Emulator['asDashboard']> {
  return emulator.asDashboard('/v1/payment_intents', {
    amount: String(amount),
    currency,
    capture_method: 'manual',
    'allowed_payment_method_types[0]': 'card',
    'metadata[orderId]': metadata.orderId,
    'metadata[userId]': metadata.userId,
    ...change,
  });
}
