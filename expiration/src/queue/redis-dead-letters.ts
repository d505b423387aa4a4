import type { Redis } from 'ioredis';
import type { DeadLetterStore } from '@gittix/common/bus';
import { RedisUnavailableError } from './redis';

/** Name of the hash that holds them: letter id -> JSON with the message's bytes in base64. */
export const deadLettersKey = (prefix: string) => `${prefix}:expiration:deadLetters`;

/** Dead letters of a service without a database. */
export function redisDeadLetters(redis: Redis, prefix: string): DeadLetterStore {
  return {
    async put({ body, ...letter }) {
      const stored = JSON.stringify({ ...letter, body: Buffer.from(body).toString('base64') });
      try {
        await redis.hset(deadLettersKey(prefix), letter.id, stored);
      } catch (cause) {
        throw new RedisUnavailableError('the dead letter could not be stored', { cause });
      }
    },
  };
}
