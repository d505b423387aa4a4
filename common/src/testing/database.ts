import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { connectMongo } from '../mongo';
import { silentLogger } from './logger';

/** A database of its own on the test run's server, dropped by `close`. */
export async function testDatabase(): Promise<{
  connection: Connection;
  url: string;
  close(): Promise<void>;
}> {
  const url = `${testServer('TEST_MONGO_URL')}/test-${randomUUID()}`;
  const connection = await connectMongo(url, silentLogger);
  const close = async () => {
    await connection.dropDatabase();
    await connection.close();
  };
  return { connection, url, close };
}

/** Address of a server that the test run started. */
export function testServer(name: 'TEST_MONGO_URL' | 'TEST_NATS_URL' | 'TEST_REDIS_URL'): string {
  // eslint-disable-next-line no-restricted-properties -- set by jest's global setup, the only way it can talk to tests
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: run the tests with npm test or npx jest`);
  return url.replace(/\/$/, '');
}
