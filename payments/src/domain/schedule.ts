import type { PaymentStatus } from '@gittix/common/api';

/** Payments that are on their way somewhere. */
export const OPEN: readonly PaymentStatus[] = ['started', 'authorized', 'voiding', 'refunding'];

const FIRST_CHECK_MS = 5_000;
/** An open payment is looked at this often at least, whatever else fails. */
export const SLOWEST_CHECK_MS = 300_000;
/** Where a card is held or money owed, somebody waits: this often, until it is plain that the trouble lasts. */
const HELD_CHECK_MS = 30_000;
const HELD_CHECKS = 20;
const HOUR_MS = 3_600_000;

/**
 * When the sweeper looks again, after `checks` looks without a change: 5 s growing to 5 min, with money held to 30 s for the
 * first ten minutes; ended payments 1 h and 24 h after.
 */
export function nextCheck(status: PaymentStatus, checks: number, now: Date): Date | undefined {
  if (OPEN.includes(status)) {
    const slowest = status !== 'started' && checks < HELD_CHECKS ? HELD_CHECK_MS : SLOWEST_CHECK_MS;
    return new Date(now.getTime() + Math.min(FIRST_CHECK_MS * 2 ** Math.min(checks, 10), slowest));
  }
  if (checks === 0) return new Date(now.getTime() + HOUR_MS);
  return checks === 1 ? new Date(now.getTime() + 23 * HOUR_MS) : undefined;
}

/** The soonest the sweeper looks when somebody else is about to. */
export function soon(now: Date): Date {
  return new Date(now.getTime() + FIRST_CHECK_MS);
}
