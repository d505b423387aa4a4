import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging';

export interface Repeating {
  /** Waits for a running round, then no further one begins. */
  stop(): Promise<void>;
}

/** Runs `work` again and again, `everyMs` after the last round ended, +-20 % so that replicas spread out. A failing round is logged. */
export function repeat(options: {
  name: string;
  everyMs: number;
  logger: Logger;
  work: (signal: AbortSignal) => Promise<void>;
}): Repeating {
  const { name, everyMs, logger, work } = options;
  const abort = new AbortController();
  const rounds = async () => {
    while (!abort.signal.aborted) {
      try {
        await work(abort.signal);
      } catch (err) {
        logger.warn({ err }, `${name} failed, trying again`);
      }
      await delay(everyMs * (0.8 + Math.random() * 0.4), undefined, { signal: abort.signal }).catch(
        (error: unknown) => {
          if (!abort.signal.aborted) throw error;
        },
      );
    }
  };
  const done = rounds();
  return {
    stop: async () => {
      abort.abort();
      await done;
    },
  };
}
