import type { Connection } from 'mongoose';
import type { EventBus } from '../bus';
import { faultPoint } from '../fault-points';
import { repeat, type Repeating } from '../lifecycle';
import type { Logger } from '../logging';
import type { OutboxEntry } from './aggregate';

/** Publishes committed events. Two relays on one document are harmless: the broker drops the repeated id, readers keep the newest. */
export interface Relay {
  /** Publish soon what this document's outbox holds. Never rejects and never waits. */
  kick(collection: string, id: unknown): void;
  /** Resolves when every kicked document was tried. */
  idle(): Promise<void>;
  /** Stops the sweeper and publishes what waits; without a bus that is left to the next start. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  bus: EventBus;
  connection: Connection;
  /** Names of the collections whose documents have an outbox. */
  collections: string[];
  logger: Logger;
  now?: () => number;
  /** The sweeper publishes what is older than this: what a crash between commit and publish left behind. */
  sweepAfterMs?: number;
  sweepEveryMs?: number;
  /** Documents whose outbox is being published at once; more in flight brought no more throughput. */
  concurrency?: number;
}

interface OutboxDocument {
  _id: unknown;
  outbox?: OutboxEntry[];
}

interface Job {
  collection: string;
  id: unknown;
}

/** Waiting jobs beyond this are left to the sweeper, so that a long loss of the bus does not fill the memory. */
const MOST_WAITING = 10_000;

export function createRelay(options: RelayOptions): Relay {
  const { bus, connection, collections, logger, now = Date.now } = options;
  const { sweepAfterMs = 2_000, sweepEveryMs = 1_000, concurrency = 64 } = options;
  const waiting = new Map<string, Job>();
  const running = new Map<string, Promise<void>>();
  let stopping = false;

  /** In order, each acknowledged by the broker before its entry goes; the first failure leaves the rest to the sweeper. */
  const publishOutbox = async ({ collection, id }: Job) => {
    const documents = connection.collection<OutboxDocument>(collection);
    const doc = await documents.findOne({ _id: id as never }, { projection: { outbox: 1 } });
    for (const { _id, event } of doc?.outbox ?? []) {
      await faultPoint('relay.event.publishing');
      await bus.publish(event);
      await faultPoint('relay.event.published');
      await documents.updateOne({ _id: id as never }, { $pull: { outbox: { _id } } });
      await faultPoint('relay.event.pulled');
    }
  };

  const startNext = () => {
    for (const [key, job] of waiting) {
      if (running.size >= concurrency) return;
      // One publisher per document, else its events could overtake each other.
      if (running.has(key)) continue;
      waiting.delete(key);
      const work = publishOutbox(job)
        .catch((err: unknown) => {
          logger.warn({ err, ...job }, 'could not publish; the sweeper will');
          if (stopping) waiting.clear();
        })
        .finally(() => {
          running.delete(key);
          startNext();
        });
      running.set(key, work);
    }
  };

  const kick = (collection: string, id: unknown) => {
    if (waiting.size >= MOST_WAITING) return;
    waiting.set(`${collection}.${String(id)}`, { collection, id });
    startNext();
  };

  const idle = async () => {
    while (running.size > 0) await Promise.all(running.values());
  };

  const sweep = async (signal: AbortSignal) => {
    for (const collection of collections) {
      const overdue = { 'outbox.at': { $lt: new Date(now() - sweepAfterMs) } };
      const documents = connection.collection<OutboxDocument>(collection);
      const found = await documents
        .find(overdue as never, { projection: { _id: 1 } })
        .limit(500)
        .toArray();
      if (signal.aborted) return;
      for (const { _id } of found) kick(collection, _id);
    }
  };

  const sweeper: Repeating = repeat({ name: 'outbox sweep', everyMs: sweepEveryMs, logger, work: sweep });
  return {
    kick,
    idle,
    stop: async () => {
      stopping = true;
      await sweeper.stop();
      await idle();
    },
  };
}
