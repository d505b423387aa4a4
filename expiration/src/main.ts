import { run } from '@gittix/common/lifecycle';
import { createLogger } from '@gittix/common/logging';
import { openHealth, openWorker } from '@gittix/common/service';
import { readConfig } from './config';
import { listeners } from './listeners';
import { startAnnouncer } from './queue/announcer';
import { openDeadlines } from './queue/deadlines';
import { connectRedis } from './queue/redis';
import { redisDeadLetters } from './queue/redis-dead-letters';

const logger = createLogger({ service: 'expiration' });

run(logger, async (lifecycle) => {
  const config = readConfig();
  logger.level = config.LOG_LEVEL;
  const prefix = config.REDIS_PREFIX;
  const now = () => new Date();
  const health = await openHealth('expiration', config, lifecycle);
  let started = false;
  health.add({ name: 'queue', needed: 'always', test: () => started || 'not started yet' });

  const redis = await connectRedis(config.REDIS_URL, logger, lifecycle.signal);
  lifecycle.onStop('redis', () => redis.close());
  // Orders expire without us, only less punctually, and what we miss waits on the bus.
  health.add({ name: 'redis', needed: 'at-start', test: redis.status });

  const deadLetters = redisDeadLetters(redis.commands, prefix);
  const worker = await openWorker({ name: 'expiration', config, logger, lifecycle, health, deadLetters });

  const deadlines = await openDeadlines({ redis: redis.commands, prefix, logger, now });
  lifecycle.onStop('deadlines', () => deadlines.close());
  const announcer = await startAnnouncer({ bus: worker.bus, redis: redis.blocking, prefix, logger, now });
  lifecycle.onStop('announcer', () => announcer.close());
  await worker.subscribe(listeners({ deadlines }));
  started = true;
  logger.info({ internalPort: health.port }, 'ready');
});
