import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `probe` gives something truthy; its last error or value is in the message when the deadline passes. The
 * deadline is for what never comes, so it is long; who stood still beyond it looks once more.
 */
export async function waitFor<T>(
  probe: () => Promise<T> | T,
  { timeoutMs = 15_000, everyMs = 20, what = 'the condition' } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    const isLastLook = performance.now() >= deadline;
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (isLastLook) break;
    await delay(everyMs);
  }
  throw new Error(`${what} did not come true within ${timeoutMs} ms; last: ${String(last)}`, { cause: last });
}
