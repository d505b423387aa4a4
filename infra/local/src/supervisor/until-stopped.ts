import type { LocalRun } from './local-run';

const LOOK_AT_PARENT_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a run and stays until a signal stops it: the first stops in order, the second at once. Resolves when no process
 * is left; rejects when the start failed, after what had started was stopped.
 */
export async function runUntilStopped(
  run: LocalRun,
  options: { start: () => Promise<void>; say: (line: string) => void; watchParent: boolean },
): Promise<void> {
  const { start, say, watchParent } = options;
  let requests = 0;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    stop = () => {
      requests += 1;
      if (requests > 2) return;
      run.stop({ force: requests === 2 }).then(resolve, reject);
    };
  });
  // Whoever waits below sees the rejection; until then it must not count as unhandled.
  stopped.catch(() => undefined);
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (requests === 0) say(`${signal}: stopping (once more to stop at once)`);
      stop();
    };
    process.on(signal, listener);
    return () => process.removeListener(signal, listener);
  });
  const watch = watchParent ? watchForOrphaning(() => stop(), say) : undefined;
  try {
    // A stop does not wait for a download or a build that is under way.
    await Promise.race([start(), stopped]);
    await stopped;
  } catch (error) {
    if (requests === 0) {
      await run.stop();
      throw error;
    }
    await stopped;
  } finally {
    clearInterval(watch);
    for (const forget of listeners) forget();
  }
}

/** npm passes on SIGINT and SIGTERM, but SIGHUP and SIGKILL end it without a word to us: then our parent changes. */
function watchForOrphaning(stop: () => void, say: (line: string) => void): NodeJS.Timeout {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    say('npm is gone: stopping');
    stop();
  }, LOOK_AT_PARENT_MS);
  return watch;
}
