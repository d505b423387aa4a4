import type { Redis } from 'ioredis';
import type { DeadLetter, DeadLetterArchive } from '@gittix/common/bus';
import { RedisUnavailableError } from './redis';

/** Name of the hash that holds them: letter id -> JSON with the message's bytes in base64. */
export const deadLettersKey = (prefix: string) => `${prefix}:expiration:deadLetters`;

/** As JSON has it. */
type StoredLetter = Omit<DeadLetter, 'body' | 'at'> & { body: string; at: string };

/** In one step, so that a letter that just came under the same id stays. */
const REMOVE_UNCHANGED = `if redis.call('hget', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('hdel', KEYS[1], ARGV[1]) end return 0`;

const read = (text: string): DeadLetter => {
  const { body, at, ...letter } = JSON.parse(text) as StoredLetter;
  return { ...letter, body: Buffer.from(body, 'base64'), at: new Date(at) };
};

/** Dead letters of a service without a database. */
export function redisDeadLetters(redis: Redis, prefix: string): DeadLetterArchive {
  const key = deadLettersKey(prefix);
  return {
    async put({ body, ...letter }) {
      const stored = JSON.stringify({ ...letter, body: Buffer.from(body).toString('base64') });
      try {
        await redis.hset(key, letter.id, stored);
      } catch (cause) {
        throw new RedisUnavailableError('the dead letter could not be stored', { cause });
      }
    },
    async list(limit) {
      const letters = (await redis.hvals(key)).map(read).sort((a, b) => b.at.getTime() - a.at.getTime());
      return {
        total: letters.length,
        letters: letters.slice(0, limit).map(({ body: _body, ...head }) => head),
      };
    },
    async find(id) {
      const text = await redis.hget(key, id);
      return text === null ? undefined : read(text);
    },
    async remove({ id, at }) {
      const text = await redis.hget(key, id);
      if (text === null || read(text).at.getTime() !== at.getTime()) return false;
      return (await redis.eval(REMOVE_UNCHANGED, 1, key, id, text)) === 1;
    },
  };
}
