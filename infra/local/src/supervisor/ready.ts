import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from '../servers/ports';
import type { Supervised } from './supervised';

const ASK_EVERY_MS = 50;
const TELL_EVERY_MS = 10_000;
const ANSWER_MS = 3_000;

/** Ready when the port takes connections: database, broker, Redis. */
export const portIsOpen = (port: number) => async (): Promise<true | string> =>
  (await accepts(port)) || `nothing listens on port ${port}`;

/** Ready when this address answers with success, as /readyz does. */
export const answersWell = (url: string) => async (): Promise<true | string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    const text = (await response.text()).slice(0, 300);
    return response.ok || `${response.status} ${text}`;
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
};

/** Ready when it answers anything at all but a fault of its own: a page server before its services. */
export const answers = (url: string) => async (): Promise<true | string> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    await response.arrayBuffer();
    return response.status < 500 || String(response.status);
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
};

/** Waits until all are ready, saying now and then what is missing; rejects after `timeoutMs`, naming it. */
export async function waitUntilReady(
  processes: Supervised[],
  { timeoutMs, say, signal }: { timeoutMs: number; say: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const started = Date.now();
  let told = started;
  let waiting = processes;
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
  // Nobody may be waiting when it comes.
  aborted.catch(() => undefined);
  for (;;) {
    const states = await Promise.all(waiting.map(async (one) => ({ one, state: await one.spec.isReady() })));
    signal.throwIfAborted();
    const missing = states.filter(({ state }) => state !== true);
    if (missing.length === 0) return;
    waiting = missing.map(({ one }) => one);
    const words = missing.map(
      ({ one, state }) => `${one.spec.name} (${String(state)}; log: ${one.spec.log})`,
    );
    if (Date.now() - started > timeoutMs) {
      throw new Error(`not ready after ${timeoutMs / 1000} s:\n  ${words.join('\n  ')}`);
    }
    if (Date.now() - told > TELL_EVERY_MS) {
      told = Date.now();
      say(`still waiting for ${words.join(', ')}`);
    }
    await sleep(ASK_EVERY_MS);
  }
}
