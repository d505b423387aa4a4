import { once } from 'node:events';
import { Redis } from 'ioredis';
import { retryUntilReady } from '@gittix/common/lifecycle';
import type { Logger } from '@gittix/common/logging';

/** Redis did not take or confirm a command: a matter of time, so the event that needed it is tried again. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  /** Makes isInfrastructureError see a failed dependency whatever the driver's own words were. */
  readonly code = 'ECONNREDIS';
}

export interface RedisConnections {
  /** Fails at once while Redis is away, so that the bus keeps what waits. */
  commands: Redis;
  /** For the worker, which waits for Redis as long as it takes. */
  blocking: Redis;
  /** For /readyz. */
  status: () => true | string;
  close: () => void;
}

const COMMAND_TIMEOUT_MS = 5_000;
const LONGEST_RECONNECT_MS = 2_000;

/** Connects, trying until Redis is there; from then on both connections come back by themselves. */
export async function connectRedis(
  url: string,
  logger: Logger,
  signal?: AbortSignal,
): Promise<RedisConnections> {
  const retryStrategy = (times: number) => Math.min(100 * times, LONGEST_RECONNECT_MS);
  const commands = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy,
  });
  const blocking = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
  // Without a listener an error of a connection ends the process.
  for (const redis of [commands, blocking]) {
    redis.on('error', (err: unknown) => logger.warn({ err }, 'redis connection'));
  }
  const close = () => {
    commands.disconnect();
    blocking.disconnect();
  };
  try {
    await retryUntilReady('redis', logger, () => answer(commands), signal);
  } catch (error) {
    close();
    throw error;
  }
  return { commands, blocking, status: () => commands.status === 'ready' || commands.status, close };
}

/** Rejects with the connection's error; the connection itself goes on trying. */
async function answer(redis: Redis): Promise<void> {
  if (redis.status !== 'ready') await once(redis, 'ready');
  await redis.ping();
}
