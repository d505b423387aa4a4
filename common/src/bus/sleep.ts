import { setTimeout as delay } from 'node:timers/promises';

/** Returns early, without a word, when the signal comes. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
