import type { Connection } from 'mongoose';
import type { DeadLetter, DeadLetterStore } from './dead-letters';

type StoredLetter = Omit<DeadLetter, 'id' | 'body'> & { _id: string; body: Buffer };

/** Keeps the dead letters of a service in its own database, collection `deadLetters`. */
export function createMongoDeadLetters(connection: Connection): DeadLetterStore {
  return {
    async put({ id, body, ...letter }) {
      const stored: StoredLetter = { _id: id, ...letter, body: Buffer.from(body) };
      await connection
        .collection<StoredLetter>('deadLetters')
        .replaceOne({ _id: id }, stored, { upsert: true });
    },
  };
}
