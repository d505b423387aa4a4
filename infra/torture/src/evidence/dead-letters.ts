import { Redis } from 'ioredis';
import type { Instance } from '../instance/instance';
import { Databases } from './database';
import type { DeadLetter } from './evidence';

/** The dead letters of every service; expiration, which has no database, keeps its own in Redis. */
export async function allDeadLetters(instance: Instance): Promise<DeadLetter[]> {
  const databases = await Databases.connect(instance.portOf('mongod'));
  try {
    return [...(await databases.deadLetters()), ...(await inRedis(instance.portOf('redis-server')))];
  } finally {
    await databases.close();
  }
}

async function inRedis(port: number): Promise<DeadLetter[]> {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, commandTimeout: 5_000 });
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
