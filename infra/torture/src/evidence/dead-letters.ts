import { Redis } from 'ioredis';
import type { DeadLetter } from './evidence';
import type { Sources } from './sources';

/** The dead letters of every service; expiration, which has no database, keeps its own in Redis. */
export async function allDeadLetters(sources: Sources): Promise<DeadLetter[]> {
  const databases = await sources.databases();
  try {
    return [...(await databases.deadLetters()), ...(await inRedis(sources.redis))];
  } finally {
    await databases.close();
  }
}

async function inRedis(at: Sources['redis']): Promise<DeadLetter[]> {
  const redis = new Redis({ ...at, lazyConnect: true, commandTimeout: 5_000 });
  try {
    await redis.connect();
    const kept = await redis.hgetall('gittix:expiration:deadLetters');
    return Object.entries(kept).map(([id, text]) => {
      const { reason, body } = JSON.parse(text) as { reason?: string; body: string };
      const bytes = Buffer.from(body, 'base64').toString();
      return { service: 'expiration', id, reason: String(reason), body: bytes };
    });
  } finally {
    redis.disconnect();
  }
}
