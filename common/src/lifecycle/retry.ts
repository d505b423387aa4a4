import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging';

/** Tries until it works, waiting 200 ms doubling to 5 s; for what a process needs before it can start, in whatever order things come up. */
export async function retryUntilReady<T>(
  what: string,
  logger: Logger,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let wait = 200; ; wait = Math.min(wait * 2, 5_000)) {
    try {
      return await attempt();
    } catch (err) {
      signal?.throwIfAborted();
      logger.warn({ err, waitMs: wait }, `${what} is not ready, trying again`);
      await delay(wait, undefined, signal ? { signal } : {});
    }
  }
}
