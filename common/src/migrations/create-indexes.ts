import { mongo } from 'mongoose';
import type { MigrationContext } from './migration';

/**
 * Makes indexes of one collection, and the collection with them; those that are there already are left alone. A unique one
 * fails, naming a value, where documents have it twice. Asks again while the server is still building: that may take far
 * longer than a connection waits for an answer, and asking joins the build that is under way.
 */
export async function createIndexes(
  { connection, logger, signal }: Pick<MigrationContext, 'connection' | 'logger' | 'signal'>,
  collection: string,
  indexes: mongo.IndexDescription[],
): Promise<void> {
  for (;;) {
    try {
      await connection.collection(collection).createIndexes(indexes);
      return;
    } catch (error) {
      if (!(error instanceof mongo.MongoNetworkTimeoutError)) throw error;
      signal.throwIfAborted();
      logger.info({ collection }, 'the indexes are still being built');
    }
  }
}
