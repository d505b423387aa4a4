import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `probe` gives something truthy; fails with `what` and the last value when the deadline passes. */
export async function poll<T>(
  probe: () => Promise<T> | T,
  options: { timeoutMs?: number; everyMs?: number; what?: () => string } = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 15_000, everyMs = 50, what = () => 'the condition' } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline)
      throw new Error(`not within ${timeoutMs} ms: ${what()}; last: ${JSON.stringify(value)}`);
    await delay(everyMs);
  }
}
