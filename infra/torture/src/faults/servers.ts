import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { brokerOf } from '../evidence/open-broker';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';

const CONNECT_MS = 2_000;

/** Redis forgets everything; false when it is down or paused. */
export async function flushRedis(instance: Instance): Promise<boolean> {
  const redis = new Redis(instance.portOf('redis-server'), '127.0.0.1', {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    retryStrategy: () => null,
  });
  // Told by the rejected command as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.flushall()) === 'OK';
  } catch (error) {
    return Boolean(void error);
  } finally {
    redis.disconnect();
  }
}

/**
 * The broker's data are taken away while it is dead: its stream, its consumers, everything; it starts again on nothing. They
 * are only moved, so that what was in them can still be read. Answers the directory; undefined when it was not running.
 */
export async function wipeBroker(instance: Instance, signals: Signals): Promise<string | undefined> {
  const kind = brokerOf(instance);
  const store = join(instance.data, 'data', kind.directory);
  const lost = join(instance.data, `lost-${randomUUID()}`);
  // Before the supervisor starts it again, which it does a quarter of a second after each end.
  const isHit = await signals.kill(kind.process, () => {
    renameSync(store, lost);
    mkdirSync(store);
  });
  return isHit ? lost : undefined;
}
