import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { GitTix } from './gittix';

/** The original bytes, as text, of every dead letter a service keeps; expiration keeps its own in Redis. */
export async function deadLetterBodies(gittix: GitTix, service: string): Promise<string[]> {
  return service === 'expiration' ? inRedis(gittix) : inMongo(gittix, service);
}

async function inMongo(gittix: GitTix, service: string): Promise<string[]> {
  const { port } = gittix.process('mongod');
  const connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${port}/gittix-${service}`)
    .asPromise();
  try {
    const letters = connection.collection<{ body: { buffer: Uint8Array } }>('deadLetters');
    const found = await letters.find({}, { promoteBuffers: true }).toArray();
    return found.map(({ body }) => Buffer.from(body as unknown as Uint8Array).toString());
  } finally {
    await connection.close();
  }
}

async function inRedis(gittix: GitTix): Promise<string[]> {
  const redis = new Redis(gittix.process('redis-server').port, '127.0.0.1', { lazyConnect: true });
  await redis.connect();
  try {
    const kept = await redis.hgetall('gittix:expiration:deadLetters');
    return Object.values(kept).map((letter) =>
      Buffer.from((JSON.parse(letter) as { body: string }).body, 'base64').toString(),
    );
  } finally {
    redis.disconnect();
  }
}
