import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';
import { isDuplicateKey } from './duplicate-key';

const RACERS = 32;

/**
 * Races 32 inserts of one key and 32 conditional updates of one document: exactly one of each may win. Everything we promise
 * rests on that, so a database that fails it is not used. A wrong count throws; an error of the database is tried again.
 */
export async function probeDatabase(
  connection: Connection,
  logger: Logger,
  signal?: AbortSignal,
): Promise<void> {
  const winners = await retryUntilReady('the database probe', logger, () => race(connection), signal);
  if (winners.inserts !== 1 || winners.updates !== 1) {
    throw new Error(
      `this database cannot be used: of ${RACERS} racing inserts of one key ${winners.inserts} won, of ${RACERS} conditional updates ${winners.updates}`,
    );
  }
}

async function race(connection: Connection): Promise<{ inserts: number; updates: number }> {
  const probes = connection.collection<{ _id: string; turn: number; key: string[] }>('probes');
  await probes.createIndex({ key: 1 }, { unique: true });
  const key = randomUUID();
  const racers = Array.from({ length: RACERS }, (_, n) => `${key}.${n}`);
  const inserts = await Promise.all(
    racers.map((_id) =>
      probes.insertOne({ _id, turn: 0, key: [key] }).then(
        () => 1,
        (error: unknown) => {
          if (isDuplicateKey(error)) return 0;
          throw error;
        },
      ),
    ),
  );
  const updates = await Promise.all(
    racers.map(() =>
      probes.updateOne({ key, turn: 0 }, { $inc: { turn: 1 } }).then(({ modifiedCount }) => modifiedCount),
    ),
  );
  await probes.deleteMany({ _id: { $in: racers } });
  const count = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);
  return { inserts: count(inserts), updates: count(updates) };
}
