import type { mongo } from 'mongoose';
import type { MigrationContext } from './migration';

const SIZE = 500;

/**
 * Walks documents by `_id`, a batch at a time, and remembers how far it came. `work` may get a batch once more after a kill.
 * It answers false to get what is left of the batch again.
 */
export async function inBatches(
  context: MigrationContext,
  from: { collection: string; filter?: mongo.Filter<mongo.BSON.Document>; size?: number },
  work: (batch: mongo.BSON.Document[]) => Promise<boolean>,
): Promise<void> {
  const { connection, signal } = context;
  const { collection, filter = {}, size = SIZE } = from;
  let after = context.checkpoint;
  for (;;) {
    signal.throwIfAborted();
    const batch = await connection
      .collection(collection)
      .find({ ...filter, ...(after !== undefined && { _id: { $gt: after as never } }) })
      .sort({ _id: 1 })
      .limit(size)
      .toArray();
    const last = batch.at(-1);
    if (!last) return;
    if (await work(batch)) await context.save((after = last._id));
  }
}
