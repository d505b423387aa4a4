import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
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

/** The broker's data are deleted while it is dead: its stream, its consumers, everything. */
export async function wipeBroker(instance: Instance, signals: Signals): Promise<boolean> {
  if (!(await signals.kill('nats-server'))) return false;
  await rm(join(instance.data, 'data', 'nats', 'jetstream'), { recursive: true, force: true });
  // A new process may have read the directory before it was gone: it starts once more, on nothing.
  return true;
}
