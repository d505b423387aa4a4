import type { Connection } from 'mongoose';
import type { EventBus } from '../bus';
import type { Envelope } from '../events';
import { faultPoint } from '../fault-points';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';

export interface RepublishOptions {
  bus: Pick<EventBus, 'publish'>;
  connection: Connection;
  /** Collection of aggregates. */
  collection: string;
  /** Makes the broker's message ids other ones than before, for else it drops what it has seen lately: `<event id>.r<run>`. */
  run: string;
  logger: Logger;
  /** Told after each page how many were sent so far. */
  onProgress?: (sent: number) => void;
  /** Ends it between two events; without one it waits for broker and database however long they are away. */
  signal?: AbortSignal | undefined;
}

interface Stored {
  _id: unknown;
  last: Envelope;
}

/** Events on their way to the broker at once. */
const AT_ONCE = 64;
const PAGE = 512;

/**
 * Sends the newest event of each aggregate again, and answers how many. Everything may go wrong in the middle and all may
 * be done again: readers keep the newest, and what a run has sent the broker drops when the same run sends it once more.
 */
export async function republish(options: RepublishOptions): Promise<number> {
  const { logger, collection, signal, onProgress } = options;
  let sent = 0;
  let after: unknown;
  for (;;) {
    const read = () => readPage(options, after);
    const page = await retryUntilReady(`reading ${collection} for republish`, logger, read, signal);
    const send = () => sendPage(options, page);
    await retryUntilReady(`republishing ${collection}`, logger, send, signal);
    sent += page.length;
    after = page.at(-1)?._id;
    onProgress?.(sent);
    // What is made from now on comes by the outbox: waiting for an empty page would never end under load.
    if (page.length < PAGE) return sent;
  }
}

/** By id and not by a cursor, which a lost database would end. */
function readPage({ connection, collection }: RepublishOptions, after: unknown): Promise<Stored[]> {
  const more = after === undefined ? {} : { _id: { $gt: after } };
  return connection
    .collection<Stored>(collection)
    .find({ last: { $exists: true }, ...more } as never, { projection: { last: 1 } })
    .sort({ _id: 1 })
    .limit(PAGE)
    .toArray();
}

async function sendPage({ bus, run, signal }: RepublishOptions, page: Stored[]): Promise<void> {
  await faultPoint('republish.page.sending');
  const waiting = page.values();
  const send = async () => {
    for (const { last } of waiting) {
      signal?.throwIfAborted();
      await bus.publish(last, { messageId: `${last.id}.r${run}` });
    }
  };
  const senders = await Promise.allSettled(Array.from({ length: AT_ONCE }, send));
  for (const sender of senders) if (sender.status === 'rejected') throw sender.reason;
  await faultPoint('republish.page.sent');
}
