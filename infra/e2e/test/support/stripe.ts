import type { GitTix } from './gittix';

interface Intent {
  id: string;
  status: string;
  amount: number;
  amount_received: number;
  metadata: Record<string, string>;
}

export interface Ledger {
  webhooks_owed: number;
  payment_intents: Intent[];
  charges: { payment_intent: string; captured: boolean; amount_refunded: number }[];
  refunds: { payment_intent: string; status: string }[];
  entries: { at: string; operation: string; status: number | null; subject: string | null }[];
}

/** The emulator that plays Stripe, as a test looks at it and troubles it. */
export interface StripeEmulator {
  ledger(): Promise<Ledger>;
  /** Takes the place of all faults before. */
  setFaults(...faults: object[]): Promise<void>;
  /** How often each fault took effect. */
  hits(): Promise<number[]>;
}

export function stripeOf(gittix: GitTix): StripeEmulator {
  const ask = async (method: string, path: string, body?: object) => {
    const { port } = gittix.process('stripe-emulator');
    const answer = await fetch(`http://127.0.0.1:${port}/_emulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${gittix.stripeSecretKey()}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    ledger: async () => (await ask('GET', 'ledger')) as Ledger,
    setFaults: async (...faults) => {
      await ask('PUT', 'faults', { faults });
    },
    hits: async () =>
      ((await ask('GET', 'faults')) as { faults: { hits: number }[] }).faults.map(({ hits }) => hits),
  };
}
