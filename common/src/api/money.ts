import { z } from 'zod';

/** Stripe's minimum charge, 0.50 usd, and the most a ticket may cost, 10,000.00 usd; both in cents. */
export const MIN_PRICE = 50;
export const MAX_PRICE = 1_000_000;

/** An amount in integer minor units (cents); never a float. */
export const money = z.strictObject({ amount: z.int().nonnegative(), currency: z.literal('usd') });
export type Money = z.infer<typeof money>;

/** What a seller may ask for one ticket. */
export const price = z.strictObject({
  amount: z
    .int('Give the price in whole cents')
    .min(MIN_PRICE, 'The price must be at least 0.50 USD')
    .max(MAX_PRICE, 'The price must be at most 10,000.00 USD'),
  currency: z.literal('usd', 'The currency must be usd'),
});

export function sum(amounts: Money[]): Money {
  return { amount: amounts.reduce((total, { amount }) => total + amount, 0), currency: 'usd' };
}

export function sameMoney(a: Money, b: Money): boolean {
  return a.amount === b.amount && a.currency === b.currency;
}
