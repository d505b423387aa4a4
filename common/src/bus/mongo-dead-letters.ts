import type { Binary } from 'mongodb';
import type { Connection } from 'mongoose';
import type { DeadLetter, DeadLetterArchive } from './dead-letters';

type StoredLetter = Omit<DeadLetter, 'id' | 'body'> & { _id: string; body: Buffer | Binary };

/** Keeps the dead letters of a service in its own database, collection `deadLetters`. */
export function createMongoDeadLetters(connection: Connection): DeadLetterArchive {
  const letters = connection.collection<StoredLetter>('deadLetters');
  return {
    async put({ id, body, ...letter }) {
      const stored: StoredLetter = { _id: id, ...letter, body: Buffer.from(body) };
      await letters.replaceOne({ _id: id }, stored, { upsert: true });
    },
    async list(limit) {
      const [total, found] = await Promise.all([
        letters.countDocuments(),
        letters
          .find({}, { projection: { body: 0 } })
          .sort({ at: -1 })
          .limit(limit)
          .toArray(),
      ]);
      return { total, letters: found.map(({ _id: id, ...head }) => ({ id, ...head })) };
    },
    async find(id) {
      const found = await letters.findOne({ _id: id });
      if (!found) return undefined;
      const { _id, body, ...head } = found;
      return { id: _id, ...head, body: Buffer.isBuffer(body) ? body : body.value() };
    },
    async remove({ id, at }) {
      return (await letters.deleteOne({ _id: id, at })).deletedCount > 0;
    },
  };
}
