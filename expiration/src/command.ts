import { deadLetterCommands, patiently, runCommands, type Tools } from '@gittix/common/commands';
import { readConfig } from './config';
import { listeners } from './listeners';
import { openDeadlines } from './queue/deadlines';
import { connectRedis, type RedisConnections } from './queue/redis';
import { redisDeadLetters } from './queue/redis-dead-letters';

type Config = ReturnType<typeof readConfig>;

runCommands({
  service: 'expiration',
  readConfig,
  commands: (tools) => {
    let opening: Promise<RedisConnections> | undefined;
    const redis = async () => (await (opening ??= openRedis(tools))).commands;
    return deadLetterCommands({
      service: 'expiration',
      archive: async () => redisDeadLetters(await redis(), tools.config().REDIS_PREFIX),
      listeners: async () => {
        const { logger } = tools;
        const prefix = tools.config().REDIS_PREFIX;
        const deadlines = await openDeadlines({
          redis: await redis(),
          prefix,
          logger,
          now: () => new Date(),
        });
        tools.lifecycle.onStop('deadlines', () => deadlines.close());
        return listeners({ deadlines });
      },
    });
  },
});

async function openRedis({ config, logger, lifecycle }: Tools<Config>): Promise<RedisConnections> {
  const redis = await patiently('Redis (REDIS_URL)', (signal) =>
    connectRedis(config().REDIS_URL, logger, signal),
  );
  lifecycle.onStop('redis', () => redis.close());
  return redis;
}
