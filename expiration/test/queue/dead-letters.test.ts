import { randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeEvent } from '@gittix/common/events';
import { silentLogger, testServer } from '@gittix/common/testing';
import { connectRedis } from '../../src/queue/redis';
import { redisDeadLetters } from '../../src/queue/redis-dead-letters';
import { lookInside, orderEvent, wipe } from '../support/expiration-service';

jest.setTimeout(60_000);
const prefix = `test-${randomUUID()}`;
let redis: Awaited<ReturnType<typeof connectRedis>>;
beforeAll(async () => {
  redis = await connectRedis(testServer('TEST_REDIS_URL'), silentLogger);
});
afterEach(() => wipe(prefix));
afterAll(() => redis.close());

const letterAt = (at: string, event = orderEvent('OrderCreated', { inMs: 60_000 })) => ({
  id: `expiration:${event.id}`,
  group: 'expiration',
  reason: 'no deadline',
  subject: 'gittix.order.OrderCreated',
  eventId: event.id,
  type: event.type,
  body: Buffer.from(encodeEvent(event)),
  at: new Date(at),
});

describe('dead letters in Redis', () => {
  it('are listed without their bytes, the newest first, and found with them', async () => {
    const archive = redisDeadLetters(redis.commands, prefix);
    expect(await archive.list(5)).toEqual({ letters: [], total: 0 });
    const [old, newer] = [letterAt('2026-11-20T12:00:00Z'), letterAt('2026-11-20T13:00:00Z')];
    await archive.put(newer);
    await archive.put(old);
    const { body: _body, ...head } = newer;
    expect(await archive.list(1)).toEqual({ letters: [head], total: 2 });
    expect(await archive.find(old.id)).toEqual(old);
    expect(await archive.find('expiration:nothing')).toBeUndefined();
  });

  it('are removed, but not the one that came under the same id since', async () => {
    const archive = redisDeadLetters(redis.commands, prefix);
    const event = orderEvent('OrderCreated', { inMs: 60_000 });
    const [old, newer] = [letterAt('2026-11-20T12:00:00Z', event), letterAt('2026-11-20T13:00:00Z', event)];
    await archive.put(newer);
    expect(await archive.remove(old)).toBe(false);
    expect(await archive.remove(newer)).toBe(true);
    expect(await archive.remove(newer)).toBe(false);
  });
});

describe('the command', () => {
  it('replays a letter: the deadline is planned and the letter gone', async () => {
    const letter = letterAt('2026-11-20T12:00:00Z');
    await redisDeadLetters(redis.commands, prefix).put(letter);
    const command = [
      '--conditions=gittix-source',
      '--import',
      'tsx',
      join(__dirname, '../../src/command.ts'),
    ];
    const env = {
      PATH: '/usr/bin:/bin',
      REDIS_URL: testServer('TEST_REDIS_URL'),
      REDIS_PREFIX: prefix,
      NATS_URL: testServer('TEST_NATS_URL'),
    };
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [...command, 'dead-letters', 'replay', letter.id],
      { env },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe(`handled ${letter.id}, the letter is removed\n`);
    await lookInside(prefix, async ({ queue }) => expect(await queue.getDelayedCount()).toBe(1));
  });
});
