import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { MemoryBroker, MemoryBus, type DeadLetterStore } from '@gittix/common/bus';
import { createEvent, type AnyEvent, type OrderState } from '@gittix/common/events';
import {
  newId,
  openBreakableLink,
  silentLogger,
  testServer,
  type BreakableLink,
} from '@gittix/common/testing';
import { listeners } from '../../src/listeners';
import { startAnnouncer } from '../../src/queue/announcer';
import { openDeadlines, QUEUE } from '../../src/queue/deadlines';
import { connectRedis } from '../../src/queue/redis';
import { deadLettersKey, redisDeadLetters } from '../../src/queue/redis-dead-letters';

export interface ExpirationService {
  bus: MemoryBus<DeadLetterStore>;
  broker: MemoryBroker;
  prefix: string;
  /** The link to Redis, to be cut. */
  link: BreakableLink;
  deadLetters: DeadLetterStore;
  status: () => true | string;
  /** Every hint that reached the broker, repeated ones too. */
  announced: string[];
  /** Ends without finishing anything when `kill` is set. */
  close(): Promise<void>;
}

/** One replica on a real Redis behind a link that can be cut, and an in-memory bus. Give it broker and prefix of another to share its work. */
export async function startExpiration(
  options: { broker?: MemoryBroker; prefix?: string } = {},
): Promise<ExpirationService> {
  const { broker = new MemoryBroker(), prefix = `test-${randomUUID()}` } = options;
  const now = () => new Date();
  const link = await openBreakableLink(testServer('TEST_REDIS_URL'));
  const redis = await connectRedis(link.url, silentLogger);
  const deadLetters = redisDeadLetters(redis.commands, prefix);
  const bus = new MemoryBus({ broker }, deadLetters);
  const announced: string[] = [];
  const publish = async (event: Parameters<MemoryBus['publish']>[0]) => {
    await bus.publish(event);
    announced.push(event.id);
  };
  const deadlines = await openDeadlines({ redis: redis.commands, prefix, logger: silentLogger, now });
  const announcer = await startAnnouncer({
    bus: { publish },
    redis: redis.blocking,
    prefix,
    logger: silentLogger,
    now,
  });
  for (const listener of listeners({ deadlines })) await bus.subscribe({ group: 'expiration', ...listener });
  return {
    bus,
    broker,
    prefix,
    link,
    deadLetters,
    status: redis.status,
    announced,
    close: async () => {
      await bus.close();
      await announcer.close();
      await deadlines.close();
      redis.close();
      await link.close();
    },
  };
}

/** A look at what Redis holds, past the service. */
export async function lookInside<T>(
  prefix: string,
  look: (inside: { redis: Redis; queue: Queue }) => Promise<T>,
): Promise<T> {
  const redis = new Redis(testServer('TEST_REDIS_URL'), { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE, { connection: redis, prefix });
  try {
    return await look({ redis, queue });
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

/** As if Redis had lost everything of ours. */
export const wipe = (prefix: string) =>
  lookInside(prefix, async ({ redis }) => {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(keys);
  });

export const storedLetters = (prefix: string) =>
  lookInside(prefix, ({ redis }) => redis.hgetall(deadLettersKey(prefix)));

/** An order's event; the order expires `inMs` from now. */
export function orderEvent(
  type: 'OrderCreated' | 'OrderUpdated',
  { inMs, ...change }: Partial<OrderState> & { inMs: number },
): AnyEvent {
  const price = { amount: 4_200, currency: 'usd' as const };
  const data: OrderState = {
    id: newId(),
    version: type === 'OrderCreated' ? 0 : 1,
    userId: newId(),
    status: 'created',
    items: [{ ticketId: newId(), title: 'Night of the Proms', price }],
    total: price,
    expiresAt: new Date(Date.now() + inMs).toISOString(),
    createdAt: new Date().toISOString(),
    timeline: [],
    ...change,
  };
  return createEvent({ type, subject: data.id, idSuffix: data.version, time: new Date(), data });
}

/** Id of the hint for that event's deadline. */
export const hintOf = ({ subject, data }: AnyEvent) =>
  `expiration.${subject}.${Date.parse((data as OrderState).expiresAt)}`;
