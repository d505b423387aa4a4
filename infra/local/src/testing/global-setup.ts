import { exportTestServers, surroundings } from '../config';
import { findMongod } from '../servers/mongod';
import { findNatsServer } from '../servers/nats-server';
import { findRedisServer } from '../servers/redis-server';
import { rememberTestServers } from './running';
import { startMongod, startNats, startRedis } from './test-servers';

/**
 * Jest's globalSetup: starts one database server, one broker and one Redis for the whole run, and tells the tests by
 * TEST_MONGO_URL, TEST_NATS_URL, TEST_REDIS_URL, and by TEST_MONGOD_BINARY, TEST_NATS_SERVER_BINARY and
 * TEST_REDIS_SERVER_BINARY where private servers can be had from.
 */
export default async function globalSetup(): Promise<void> {
  // Said only when something had to be fetched or went wrong: a test run's output is for its tests.
  const lines: string[] = [];
  const started = Date.now();
  const say = (line: string) => {
    if (Date.now() - started > 3_000) process.stdout.write(`${line}\n`);
    else lines.push(line);
  };
  const machine = surroundings(say);
  try {
    const [mongod, nats, redis] = await Promise.all([
      findMongod(machine),
      findNatsServer(machine),
      findRedisServer(machine),
    ]);
    const servers = await Promise.allSettled([startMongod(mongod), startNats(nats), startRedis(redis)]);
    const running = servers.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    rememberTestServers(running);
    const failed = servers.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.all(running.map((server) => server.stop()));
      throw failed.reason;
    }
    const [mongoUrl = '', natsUrl = '', redisUrl = ''] = running.map((server) => server.url);
    exportTestServers({
      TEST_MONGO_URL: mongoUrl,
      TEST_NATS_URL: natsUrl,
      TEST_REDIS_URL: redisUrl,
      ...(mongod.kind === 'binary' && { TEST_MONGOD_BINARY: mongod.location }),
      ...(nats.kind === 'binary' && { TEST_NATS_SERVER_BINARY: nats.location }),
      ...(redis.kind === 'binary' && { TEST_REDIS_SERVER_BINARY: redis.location }),
    });
  } catch (error) {
    process.stderr.write(`${lines.join('\n')}\n`);
    throw error;
  }
}
