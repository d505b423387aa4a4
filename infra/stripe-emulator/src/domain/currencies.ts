/** The least Stripe charges, in minor units, for the currencies emulated (docs.stripe.com/currencies). */
const MINIMUM: Record<string, number> = { usd: 50, eur: 50, gbp: 30, chf: 50, cad: 50, aud: 50 };

/** Stripe takes at most eight digits. */
export const MAX_AMOUNT = 99_999_999;

/** Undefined for a currency that is not emulated. */
export function minimumAmount(currency: string): number | undefined {
  return Object.hasOwn(MINIMUM, currency) ? MINIMUM[currency] : undefined;
}
