import type { Connection } from 'mongoose';
import type { EventBus } from '../bus';
import { faultPoint } from '../fault-points';
import { republish } from '../outbox';
import type { Logger } from '../logging';

/** What an owner of aggregates remembers of the stream it publishes to; collection `bus`, one entry per collection of aggregates. */
interface Remembered {
  _id: string;
  streamCreated: Date;
}

export interface StreamMemory {
  /** Told the stream's birth. Resolves when everything is in that stream; rejects when it is to be told again. */
  see(created: Date): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/**
 * Fills a stream that is another one than before: what was published into the old one is gone with it. Replicas that do so
 * at the same time use the same message ids, so that the broker keeps each event once.
 */
export function createStreamMemory(options: {
  bus: Pick<EventBus, 'publish'>;
  connection: Connection;
  collections: string[];
  logger: Logger;
  signal: AbortSignal;
}): StreamMemory {
  const { connection, collections, logger, signal } = options;
  const memory = connection.collection<Remembered>('bus');

  const fill = async (collection: string, streamCreated: Date) => {
    const known = await memory.findOne({ _id: collection });
    if (known?.streamCreated.getTime() === streamCreated.getTime()) return;
    const run = streamCreated.getTime().toString(36);
    const sent = await republish({ ...options, collection, run });
    // Only now: whoever dies before this begins again.
    await memory.updateOne({ _id: collection }, { $set: { streamCreated } }, { upsert: true });
    await faultPoint('republish.stream.remembered');
    if (sent > 0) logger.warn({ collection, sent, streamCreated }, 'a new stream was filled');
  };

  let previous: Promise<void> = Promise.resolve();
  return {
    see: (created) => {
      const work = async () => {
        for (const collection of collections) if (!signal.aborted) await fill(collection, created);
      };
      const turn = previous.then(work).catch((error: unknown) => {
        // Whoever starts next finds the old birth remembered and begins again.
        if (!signal.aborted) throw error;
      });
      previous = turn.catch(() => undefined);
      return turn;
    },
    idle: () => previous,
  };
}
