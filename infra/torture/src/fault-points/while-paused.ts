import type { Signals } from '../instance/signals';
import { poll } from '../poll';

const LONGEST_MS = 10_000;
const STOPPED_MS = 5_000;

/** Does something while these processes stand still (SIGSTOP). */
export async function whilePaused(
  signals: Signals,
  names: string[],
  work: () => Promise<void>,
): Promise<void> {
  const count = () => names.reduce((sum, name) => sum + (signals.pauses.get(name) ?? 0), 0);
  const over = new AbortController();
  const before = count();
  const pauses = names.map((name) => signals.pause(name, LONGEST_MS, over.signal));
  try {
    await poll(() => count() === before + names.length, {
      timeoutMs: STOPPED_MS,
      everyMs: 10,
      what: () => `${names.join(', ')} paused`,
    });
    await work();
  } finally {
    over.abort();
    await Promise.all(pauses);
  }
}
