import type { Model } from 'mongoose';
import { isDuplicateKey } from './duplicate-key';

/**
 * Keeps a copy of another service's aggregate: the newest version wins, whatever the order of arrival. The whole state is
 * replaced, so a field that is gone is gone. True when this version was newer than the copy.
 */
export async function keepNewest<T extends { version: number }>(
  model: Model<T>,
  id: string,
  state: T,
): Promise<boolean> {
  const older = { _id: id, version: { $lt: state.version } } as never;
  const replacement = { ...state, _id: id } as never;
  try {
    const result = await model.collection.replaceOne(older, replacement, { upsert: true });
    return result.matchedCount + result.upsertedCount > 0;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // Somebody inserted it meanwhile: only if nothing older is there now is this version the old one.
    const result = await model.collection.replaceOne(older, replacement);
    return result.matchedCount > 0;
  }
}
