import { setTimeout as sleep } from 'node:timers/promises';
import { commandsRun, endRunningCommands, mustFinish } from '../servers/command';

/** What does not end when asked is left to its fate after this time. */
const END_MS = 5_000;
/** For what is cleaned up when a command was ended: temporary directories, locks. */
const CLEAN_UP_MS = 300;
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Ends this process in the middle of its work: running commands go with it, but a package installation is let finish. */
export async function leave(code: number): Promise<never> {
  endRunningCommands();
  const deadline = Date.now() + END_MS;
  while (mustFinish() || (commandsRun() && Date.now() < deadline)) await sleep(20);
  await sleep(CLEAN_UP_MS);
  process.exit(code);
}

/** Does work that a signal may end. */
export async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  const listeners = Object.entries(SIGNALS).map(([signal, number]) => {
    const listener = () => void leave(128 + number);
    process.once(signal, listener);
    return () => process.removeListener(signal, listener);
  });
  try {
    return await work();
  } finally {
    for (const forget of listeners) forget();
  }
}
