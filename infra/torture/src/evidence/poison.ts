import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { allDeadLetters } from './dead-letters';
import type { Poison } from './evidence';
import type { Sources } from './sources';

const LIKE = ['order', 'OrderCreated'] as const;
const WAIT_MS = 60_000;

/** A message that is no event, sent when all is quiet; every service that consumes its subject must put it aside and go on. */
export async function plantPoison(sources: Sources): Promise<Poison> {
  const body = `not JSON ${randomUUID()}`;
  const broker = await sources.broker();
  try {
    const services = await broker.consumersOf(...LIKE);
    await broker.publish(...LIKE, body);
    const deadline = Date.now() + WAIT_MS;
    let othersFlowed = false;
    while (Date.now() < deadline && !othersFlowed) {
      const kept = (await allDeadLetters(sources)).filter((letter) => letter.body === body);
      // Acknowledged by all: nothing behind it waits.
      othersFlowed = kept.length >= services.length && (await broker.undelivered()).length === 0;
      if (!othersFlowed) await delay(250);
    }
    return { body, services, othersFlowed };
  } finally {
    await broker.close();
  }
}
