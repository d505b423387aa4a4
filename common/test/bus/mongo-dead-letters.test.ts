import type { Binary } from 'mongodb';
import { createMongoDeadLetters, type DeadLetter } from '../../src/bus';
import { testDatabase } from '../../src/testing';

const letter: DeadLetter = {
  id: 'payments:order.65f0.1',
  group: 'payments',
  reason: 'the total does not add up',
  subject: 'gittix.order.OrderCreated',
  eventId: 'order.65f0.1',
  type: 'OrderCreated',
  body: Uint8Array.of(0xff, 0x00, 0x7b),
  at: new Date('2026-11-20T12:00:00Z'),
};

describe('dead letters in MongoDB', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.close());

  it('keeps a letter with its bytes; the same id again overwrites', async () => {
    const store = createMongoDeadLetters(database.connection);
    await store.put(letter);
    await store.put({ ...letter, reason: 'still not' });
    const { eventId: _eventId, type: _type, ...unreadable } = letter;
    await store.put({ ...unreadable, id: 'payments:5e88' });
    const stored = await database.connection.collection('deadLetters').find().sort({ _id: 1 }).toArray();
    expect(stored).toHaveLength(2);
    const [, readable] = stored;
    const { body, ...rest } = readable as unknown as { body: Binary };
    const { id: _id, body: _body, ...fields } = letter;
    expect(rest).toEqual({ ...fields, _id: letter.id, reason: 'still not' });
    expect(Buffer.from(body.value()).equals(Buffer.from(letter.body))).toBe(true);
    expect(stored[0]).not.toHaveProperty('eventId');
  });

  it('rejects when it cannot store', async () => {
    const other = await testDatabase();
    const store = createMongoDeadLetters(other.connection);
    await other.close();
    await expect(store.put(letter)).rejects.toThrow();
  });
});
