import { setTimeout as delay } from 'node:timers/promises';
import { Error as MongooseErrors } from 'mongoose';
import { AppError } from '../errors';
import type { AggregateDocument } from './aggregate';
import type { Relay } from './relay';

const MOST_TRIES = 8;

/** Called right before and right after a write, when the relay has not heard of it yet: for the fault points of a use case. */
export interface SaveMoments<D> {
  saving?: (doc: D) => Promise<void> | void;
  saved?: (doc: D) => Promise<void> | void;
}

/**
 * The one way to change an aggregate: load, decide, save; when somebody else saved meanwhile, reload and decide again, at
 * most 8 times, then 503. `decide` changes the document and stages its event, or returns false when there is nothing to do.
 */
export async function changeAggregate<D>(options: {
  relay: Relay;
  load: () => Promise<D>;
  decide: (doc: D) => boolean;
  moments?: SaveMoments<D>;
}): Promise<{ doc: D; changed: boolean }> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const doc = await options.load();
    if (!options.decide(doc)) return { doc, changed: false };
    try {
      await saveAggregate(options.relay, doc, options.moments);
      return { doc, changed: true };
    } catch (error) {
      if (!(error instanceof MongooseErrors.VersionError)) throw error;
      await delay(Math.random() * 5 * 2 ** attempt);
    }
  }
  throw new AppError('write_conflict');
}

/** Saves a document with its staged event and tells the relay. The caller's answer waits for the database, not for the publish. */
export async function saveAggregate<D>(relay: Relay, doc: D, moments: SaveMoments<D> = {}): Promise<void> {
  const aggregate = doc as AggregateDocument;
  await moments.saving?.(doc);
  await aggregate.save();
  await moments.saved?.(doc);
  relay.kick(aggregate.collection.name, aggregate._id);
}
