import { Queue, type JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { faultPoint } from '@gittix/common/fault-points';
import type { Logger } from '@gittix/common/logging';
import { RedisUnavailableError } from './redis';

/** An order's deadline, as its job carries it. */
export interface Deadline {
  orderId: string;
  /** ISO instant. */
  expiresAt: string;
}

export interface Deadlines {
  /** Plans the hint for this deadline. The same deadline again is the same job; RedisUnavailableError while Redis is away. */
  plan(deadline: Deadline): Promise<void>;
  close(): Promise<void>;
}

/** Queue names and job ids may hold no colon. */
export const QUEUE = 'deadlines';

const JOB: JobsOptions = {
  // Until the broker has taken the hint: its loss may only delay.
  attempts: Number.MAX_SAFE_INTEGER,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 1,
};

export async function openDeadlines(options: {
  redis: Redis;
  prefix: string;
  logger: Logger;
  now: () => Date;
}): Promise<Deadlines> {
  const { redis, prefix, logger, now } = options;
  const queue = new Queue<Deadline>(QUEUE, { connection: redis, prefix });
  queue.on('error', (err) => logger.warn({ err }, 'deadline queue'));
  await queue.waitUntilReady();
  return {
    plan: async ({ orderId, expiresAt }) => {
      const at = Date.parse(expiresAt);
      const delay = Math.max(0, at - now().getTime());
      await faultPoint('expiration.deadline.adding');
      try {
        await queue.add('due', { orderId, expiresAt }, { ...JOB, delay, jobId: `order-${orderId}-${at}` });
      } catch (cause) {
        throw new RedisUnavailableError('the deadline could not be stored', { cause });
      }
      await faultPoint('expiration.deadline.added');
    },
    close: () => queue.close(),
  };
}
