import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import type { Instance } from '../instance/instance';
import { connectBroker } from './open-broker';
import { Databases } from './database';
import type { Evidence } from './evidence';

const LOOK_EVERY_MS = 1_000;
/** So many looks in a row must show nothing moving. */
const CALM_LOOKS = 3;

/** Waits until outboxes are empty, no order or payment is open and no message undelivered; says what is left when it takes too long. */
export async function awaitQuiet(
  instance: Instance,
  longestMs: number,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<Evidence['quiet']> {
  const startedAt = Date.now();
  let calm = 0;
  let left: string[] = [];
  while (Date.now() - startedAt < longestMs) {
    left = await unrest(instance).catch((error: unknown) => [`cannot look: ${String(error)}`]);
    calm = left.length === 0 ? calm + 1 : 0;
    if (calm >= CALM_LOOKS) return { reached: true, afterMs: Date.now() - startedAt, left: [] };
    await delay(lookEveryMs);
  }
  return { reached: false, afterMs: Date.now() - startedAt, left };
}

async function unrest(instance: Instance): Promise<string[]> {
  const notReady = await unready(instance);
  if (notReady.length > 0) return notReady;
  const databases = await Databases.connect(instance.portOf('mongod'));
  try {
    const broker = await connectBroker(instance);
    try {
      return [...(await databases.unrest()), ...(await broker.undelivered())];
    } finally {
      await broker.close();
    }
  } finally {
    await databases.close();
  }
}

async function unready(instance: Instance): Promise<string[]> {
  const asked = instance
    .processes()
    .filter(({ internalPort, name }) => internalPort !== null && name !== 'proxy');
  const answers = await Promise.all(
    asked.map(async ({ name, internalPort }) => {
      const { statusCode, body } = await request(`http://127.0.0.1:${internalPort}/readyz`, {
        signal: AbortSignal.timeout(3_000),
      });
      const text = await body.text();
      return statusCode === 200 ? [] : [`${name} is not ready: ${text.slice(0, 200)}`];
    }),
  );
  return answers.flat();
}
