import { AppError } from '@gittix/common/errors';

/** Runs work when its turn comes; rejects with 503 when the line is full. */
export type WaitingLine = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * At most `atOnce` works run and `mostWaiting` wait, first come first served. Whoever comes when the line is full hears 503
 * at once: a longer line would only answer people who have left.
 */
export function createWaitingLine(limits: { atOnce: number; mostWaiting: number }): WaitingLine {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running < limits.atOnce) running += 1;
    else if (waiting.length < limits.mostWaiting) await new Promise<void>((turn) => waiting.push(turn));
    else
      throw new AppError('unavailable', { message: 'Too many people are signing in, try again in a moment' });
    try {
      return await work();
    } finally {
      // The place goes to the next in line; it becomes free only when nobody waits.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
