import type { Connection } from 'mongoose';
import { isDuplicateKey } from '../mongo';
import { LeaseLostError, type Migration } from './migration';

/** How far one migration is; collection `migrations` of the service's database, beside the lease. */
export interface MigrationRecord {
  _id: string;
  startedAt: Date;
  finishedAt?: Date;
  /** Of the lease under which it was last worked on: a holder of an older one can write no more. */
  token: number;
  checkpoint?: unknown;
  failure?: { at: Date; message: string };
}

export interface Progress {
  pending: Migration[];
  /** Ids that only a newer release knows: this one was rolled back to. */
  unknown: string[];
  records: Map<string, MigrationRecord>;
}

export const LEASE_ID = 'lease';

const collectionOf = (connection: Connection) => connection.collection<MigrationRecord>('migrations');

export async function readProgress(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<Progress> {
  const found = await collectionOf(connection)
    .find({ _id: { $ne: LEASE_ID } })
    .sort({ _id: 1 })
    .toArray();
  const records = new Map(found.map((record) => [record._id, record]));
  const known = new Set(migrations.map(({ id }) => id));
  return {
    pending: migrations.filter(({ id }) => !records.get(id)?.finishedAt),
    unknown: [...records.keys()].filter((id) => !known.has(id)),
    records,
  };
}

/** What the holder of the lease writes about one migration; each write is one conditional update. */
export class RecordKeeper {
  private readonly records;

  constructor(
    connection: Connection,
    private readonly token: number,
  ) {
    this.records = collectionOf(connection);
  }

  /** From here on no holder of an older lease can save a checkpoint of this migration. Answers where it is. */
  async claim(id: string): Promise<MigrationRecord> {
    try {
      const record = await this.records.findOneAndUpdate(
        { _id: id, token: { $lt: this.token } },
        { $set: { token: this.token }, $setOnInsert: { startedAt: new Date() } },
        { upsert: true, returnDocument: 'after' },
      );
      if (record) return record;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    // It is there, with a newer token.
    throw new LeaseLostError(`${id} was taken over`);
  }

  save(id: string, checkpoint: unknown): Promise<void> {
    return this.write(id, { $set: { checkpoint } });
  }

  finish(id: string): Promise<void> {
    return this.write(id, { $set: { finishedAt: new Date() }, $unset: { checkpoint: 1, failure: 1 } });
  }

  fail(id: string, message: string): Promise<void> {
    return this.write(id, { $set: { failure: { at: new Date(), message } } });
  }

  /** As if it had never run; those after it stay as they are. */
  async forget(id: string): Promise<void> {
    await this.records.deleteOne({ _id: id, token: { $lt: this.token } });
  }

  private async write(id: string, update: object): Promise<void> {
    const { matchedCount } = await this.records.updateOne({ _id: id, token: this.token }, update);
    if (matchedCount === 0) throw new LeaseLostError(`${id} was taken over`);
  }
}
