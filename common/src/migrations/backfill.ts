import type { mongo } from 'mongoose';
import { inBatches } from './in-batches';
import type { MigrationContext } from './migration';

type Stored = mongo.BSON.Document;

/**
 * Gives `field` to every document that has none.
 *
 * For a field that no release which runs beside this one reads: an aggregate gets it without a version step and so without
 * an event. What `value` was computed from can't change under it: a document that did is read and tried again.
 */
export async function backfill(
  context: MigrationContext,
  options: { collection: string; field: string; value: (document: Stored) => unknown; size?: number },
): Promise<void> {
  const { collection, field, value, ...rest } = options;
  const lacking = { [field]: { $exists: false } };
  await inBatches(context, { collection, filter: lacking, ...rest }, async (batch) => {
    const { matchedCount } = await context.connection.collection(collection).bulkWrite(
      batch.map((document) => ({
        updateOne: {
          filter: { ...unchanged(document), ...lacking },
          update: { $set: { [field]: defined(value(document), document, field) } },
        },
      })),
      { ordered: false },
    );
    return matchedCount === batch.length;
  });
}

const unchanged = ({ _id, version }: Stored) =>
  version === undefined ? { _id: _id as never } : { _id: _id as never, version: version as never };

function defined(value: unknown, { _id }: Stored, field: string): unknown {
  if (value === undefined) throw new Error(`there is no value for ${field} of ${String(_id)}`);
  return value;
}
