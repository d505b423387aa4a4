import { setTimeout as delay } from 'node:timers/promises';
import type { Evidence } from './evidence';
import type { Sources } from './sources';

const LOOK_EVERY_MS = 1_000;
/** So many looks in a row must show nothing moving. */
const CALM_LOOKS = 3;

/** Waits until outboxes are empty, no order or payment is open and no message undelivered; says what is left when it takes too long. */
export async function awaitQuiet(
  sources: Sources,
  longestMs: number,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<Evidence['quiet']> {
  const startedAt = Date.now();
  let calm = 0;
  let left: string[] = [];
  while (Date.now() - startedAt < longestMs) {
    left = await unrest(sources).catch((error: unknown) => [`cannot look: ${String(error)}`]);
    calm = left.length === 0 ? calm + 1 : 0;
    if (calm >= CALM_LOOKS) return { reached: true, afterMs: Date.now() - startedAt, left: [] };
    await delay(lookEveryMs);
  }
  return { reached: false, afterMs: Date.now() - startedAt, left };
}

async function unrest(sources: Sources): Promise<string[]> {
  const notReady = await sources.unready();
  if (notReady.length > 0) return notReady;
  const databases = await sources.databases();
  try {
    const broker = await sources.broker();
    try {
      return [...(await databases.unrest()), ...(await broker.undelivered())];
    } finally {
      await broker.close();
    }
  } finally {
    await databases.close();
  }
}
