import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { GitTix } from './gittix';

/** Every dead letter a service keeps: id and reason. Expiration keeps its own in Redis. */
export async function deadLetters(gittix: GitTix, service: string): Promise<Map<string, string>> {
  return service === 'expiration' ? inRedis(gittix) : inMongo(gittix, service);
}

async function inMongo(gittix: GitTix, service: string): Promise<Map<string, string>> {
  const { port } = gittix.process('mongod');
  const connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${port}/gittix-${service}`)
    .asPromise();
  try {
    const letters = connection.collection<{ _id: string; reason: string }>('deadLetters');
    const found = await letters.find({}, { projection: { reason: 1 } }).toArray();
    return new Map(found.map(({ _id, reason }) => [_id, reason]));
  } finally {
    await connection.close();
  }
}

async function inRedis(gittix: GitTix): Promise<Map<string, string>> {
  const redis = new Redis(gittix.process('redis-server').port, '127.0.0.1', { lazyConnect: true });
  await redis.connect();
  try {
    const kept = await redis.hgetall('gittix:expiration:deadLetters');
    return new Map(
      Object.entries(kept).map(([id, letter]) => [id, (JSON.parse(letter) as { reason: string }).reason]),
    );
  } finally {
    redis.disconnect();
  }
}
