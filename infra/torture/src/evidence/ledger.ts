import { request } from 'undici';
import type { Charge, Intent, Ledger, Refund } from './evidence';

interface RawCharge {
  id: string;
  payment_intent: string;
  amount: number;
  currency: string;
  captured: boolean;
  amount_refunded: number;
}
interface RawLedger {
  entries: { at: string; operation: string; charges: RawCharge[] }[];
  payment_intents: Intent[];
  charges: RawCharge[];
  refunds: (Refund & { charge: string })[];
}

/** The books of the stand-in for Stripe, and what its journal tells about when money moved. */
export async function readLedger(emulator: string): Promise<Ledger> {
  const { statusCode, body } = await request(`${emulator}/_emulator/ledger`, {
    signal: AbortSignal.timeout(10_000),
  });
  if (statusCode !== 200) throw new Error(`the ledger answered ${statusCode}`);
  return toLedger((await body.json()) as RawLedger);
}

export function toLedger(raw: RawLedger): Ledger {
  const captures = new Map<string, { first: number; count: number }>();
  const captured = new Set<string>();
  for (const { at, charges } of raw.entries) {
    for (const charge of charges) {
      if (!charge.captured) captured.delete(charge.id);
      if (!charge.captured || captured.has(charge.id)) continue;
      captured.add(charge.id);
      const known = captures.get(charge.id);
      captures.set(charge.id, { first: known?.first ?? Date.parse(at), count: (known?.count ?? 0) + 1 });
    }
  }
  return {
    intents: raw.payment_intents.map(({ id, status, amount, currency, metadata }) => ({
      ...{ id, status, amount, currency, metadata },
    })),
    charges: raw.charges.map(
      (charge): Charge => ({
        id: charge.id,
        intentId: charge.payment_intent,
        amount: charge.amount,
        currency: charge.currency,
        captured: charge.captured,
        amountRefunded: charge.amount_refunded,
        capturedAt: captures.get(charge.id)?.first,
        captures: captures.get(charge.id)?.count ?? 0,
      }),
    ),
    refunds: raw.refunds.map(({ id, charge, status, amount }) => ({ id, chargeId: charge, status, amount })),
  };
}
