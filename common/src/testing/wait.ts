import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `probe` gives something truthy; its last error or value is in the message when the deadline passes. */
export async function waitFor<T>(
  probe: () => Promise<T> | T,
  { timeoutMs = 5_000, everyMs = 20, what = 'the condition' } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  } while (Date.now() < deadline);
  throw new Error(`${what} did not come true within ${timeoutMs} ms; last: ${String(last)}`, { cause: last });
}
