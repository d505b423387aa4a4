import type { mongo } from 'mongoose';
import type { MigrationContext } from './migration';

/**
 * Makes indexes of one collection, and the collection with them; those that are there already are left alone. A unique one
 * fails, naming a value, where documents have it twice.
 */
export async function createIndexes(
  { connection }: MigrationContext,
  collection: string,
  indexes: mongo.IndexDescription[],
): Promise<void> {
  await connection.collection(collection).createIndexes(indexes);
}
