import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `probe` gives something truthy; rejects with `what` when the time is over. */
export async function poll<T>(
  probe: () => Promise<T> | T,
  { timeoutMs, everyMs = 100, what }: { timeoutMs: number; everyMs?: number; what: () => string },
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what()}`);
    await delay(everyMs);
  }
}
