import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { EventBus } from '@gittix/common/bus';
import { createEvent } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import type { Logger } from '@gittix/common/logging';
import { QUEUE, type Deadline } from './deadlines';

/** Hints on their way to the broker at once; more brought no more throughput. */
const AT_ONCE = 64;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Publishes ExpirationDue for each deadline that has come, again and again until the broker has it. Shared by all replicas. */
export async function startAnnouncer(options: {
  bus: Pick<EventBus, 'publish'>;
  redis: Redis;
  prefix: string;
  logger: Logger;
  now: () => Date;
}): Promise<{ close(): Promise<void> }> {
  const { bus, redis, prefix, logger, now } = options;
  const announce = async ({ orderId, expiresAt }: Deadline) => {
    const time = now();
    const at = Date.parse(expiresAt);
    const data = { orderId, expiresAt };
    await faultPoint('expiration.hint.publishing');
    await bus.publish(createEvent({ type: 'ExpirationDue', subject: orderId, idSuffix: at, time, data }));
    await faultPoint('expiration.hint.published');
    logger.info({ orderId, lateMs: time.getTime() - at }, 'deadline announced');
  };
  const worker = new Worker<Deadline>(QUEUE, (job) => announce(job.data), {
    connection: redis,
    prefix,
    concurrency: AT_ONCE,
    // A job whose worker died is taken over; how often that happened says nothing about the job.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // After a failed fetch; the default of 15 s would make the hints late by as much.
    runRetryDelay: 1_000,
    settings: {
      backoffStrategy: (attempts) =>
        Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10), LONGEST_PAUSE_MS),
    },
  });
  worker.on('error', (err) => logger.warn({ err }, 'deadline worker'));
  worker.on('failed', (job, err) =>
    logger.warn({ err, job: job?.id }, 'deadline not announced, trying again'),
  );
  await worker.waitUntilReady();
  return {
    // Without Redis nobody can wait for it; what was at work stays stored and is taken over.
    close: () => worker.close(redis.status !== 'ready'),
  };
}
