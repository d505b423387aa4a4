import { setTimeout as delay } from 'node:timers/promises';
import { StripeFailure } from './failure';

/** Stripe has an answer within a second or so; who waits longer than all of these is told to come again. */
const WAITS_MS = [100, 200, 400, 800];

/**
 * Repeats a request while Stripe says that one under the same key still runs: another replica makes the same call in this
 * very moment, after a webhook or an event, and its answer is ours as well.
 */
export async function underKey<T>(
  request: () => Promise<T>,
  waitsMs: readonly number[] = WAITS_MS,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await request();
    } catch (error) {
      if (!isInUse(error)) throw error;
      await delay(waitMs);
    }
  }
  return request();
}

const isInUse = (error: unknown) =>
  error instanceof StripeFailure && error.failure.code === 'idempotency_key_in_use';
