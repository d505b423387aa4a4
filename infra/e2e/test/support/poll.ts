import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `probe` gives something truthy; fails with `what` and the last value when the deadline passes. The deadline is
 * for what never comes, so it is long unless it is what the test is about; who stood still beyond it looks once more.
 */
export async function poll<T>(
  probe: () => Promise<T> | T,
  options: { timeoutMs?: number; everyMs?: number; what?: () => string } = {},
): Promise<NonNullable<T>> {
  const { timeoutMs = 60_000, everyMs = 50, what = () => 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const isLastLook = performance.now() >= deadline;
    const value = await probe();
    if (value) return value;
    if (isLastLook) throw new Error(`not within ${timeoutMs} ms: ${what()}; last: ${JSON.stringify(value)}`);
    await delay(everyMs);
  }
}
