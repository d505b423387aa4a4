import type { Logger } from '@gittix/common/logging';

/** Work per key, one at a time for each key in this process; other processes may do the same work meanwhile. */
export interface Turns<T> {
  /** Does the work now, or again after the one under way: what the caller knows is surely seen. */
  run(key: string): Promise<T>;
  /** Does it soon, a few at once. Never rejects and never waits; a failure is logged and left to the sweeper. */
  kick(key: string): void;
  /** Resolves when everything kicked was done. */
  idle(): Promise<void>;
  /** What waits is left to the sweeper of the next process; what runs is finished. */
  stop(): Promise<void>;
}

/** Kicks beyond this are left to the sweeper, so that a long loss of a dependency does not fill the memory. */
const MOST_WAITING = 10_000;

export function createTurns<T>(options: {
  name: string;
  work: (key: string) => Promise<T>;
  concurrency: number;
  logger: Logger;
}): Turns<T> {
  const { name, work, concurrency, logger } = options;
  const running = new Map<string, Promise<T>>();
  const next = new Map<string, Promise<T>>();
  const waiting = new Set<string>();
  const kicked = new Set<Promise<void>>();
  let stopping = false;

  const begin = (key: string): Promise<T> => {
    next.delete(key);
    const turn = work(key).finally(() => {
      if (running.get(key) === turn) running.delete(key);
    });
    running.set(key, turn);
    return turn;
  };

  const run = (key: string): Promise<T> => {
    const planned = next.get(key);
    if (planned) return planned;
    const current = running.get(key);
    if (!current) return begin(key);
    const start = () => begin(key);
    const turn = current.then(start, start);
    next.set(key, turn);
    return turn;
  };

  const startKicked = () => {
    for (const key of waiting) {
      if (kicked.size >= concurrency || stopping) return;
      waiting.delete(key);
      const done: Promise<void> = run(key)
        .then(
          () => undefined,
          (err: unknown) => logger.warn({ err, key }, `${name} failed; the sweeper tries again`),
        )
        .finally(() => {
          kicked.delete(done);
          startKicked();
        });
      kicked.add(done);
    }
  };

  const idle = async () => {
    while (kicked.size > 0) await Promise.all(kicked);
  };

  return {
    run,
    kick: (key) => {
      if (stopping || waiting.size >= MOST_WAITING) return;
      waiting.add(key);
      startKicked();
    },
    idle,
    stop: async () => {
      stopping = true;
      waiting.clear();
      await idle();
    },
  };
}
