import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging';
import { encodeFence, readFence } from './fence';
import { sleep } from './sleep';
import type { StanLink } from './stan-link';

export interface StanStoreOptions {
  link: StanLink;
  /** A channel for nothing else. */
  channel: string;
  clock: () => Date;
  logger: Logger;
  /** Told the store's birth once, and again whenever it is another one: then everything stored is gone. */
  onCreated: (created: Date) => void | Promise<void>;
}

interface Written {
  birth: string;
  writtenAt: number;
}

const AGAIN_MS = 1_000;
/** The server drops old messages, so the birth is written again, long before that. */
const REFRESH_MS = 24 * 3600 * 1000;
const NS_PER_MS = 1_000_000;

/**
 * Knows whether the server's store is the same as before. The server itself does not tell, so the first process to find no
 * birth in a channel of its own writes one; of several at once the first message counts. A wipe ends every session, so
 * one look in each is enough.
 */
export class StanStore {
  private readonly closing = new AbortController();
  private readonly finished: Promise<void>;
  private told: string | undefined;

  constructor(private readonly options: StanStoreOptions) {
    this.finished = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.finished;
  }

  private async run(): Promise<void> {
    const { link, logger, onCreated } = this.options;
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await link.connected(signal);
        const birth = await this.look();
        if (birth !== this.told) await onCreated(new Date(birth));
        this.told = birth;
        await link.untilLost(signal);
      } catch (err) {
        if (signal.aborted) return;
        logger.error({ err }, 'could not act on the state of the store, trying again');
        await sleep(AGAIN_MS, signal);
      }
    }
  }

  private async look(): Promise<string> {
    const { clock } = this.options;
    const found = await this.records();
    const newest = found.at(-1);
    if (found[0] && newest && clock().getTime() - newest.writtenAt < REFRESH_MS) return found[0].birth;
    await this.publish(encodeBirth(found[0]?.birth ?? clock().toISOString()));
    const [first] = await this.records();
    if (!first) throw new Error('the birth of the store was stored and is not there');
    return first.birth;
  }

  /** All that was written until now, oldest first. */
  private async records(): Promise<Written[]> {
    const { link, channel } = this.options;
    const records: Written[] = [];
    const token = randomUUID();
    let reached = () => {};
    const end = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const subscription = await link.answered(() =>
      link.session.subscribe({
        channel,
        options: (defaults) => defaults.setDeliverAllAvailable(),
        onMessage: ({ body, timestamp, ack }) => {
          ack();
          const birth = readBirth(body);
          if (birth) records.push({ birth, writtenAt: timestamp / NS_PER_MS });
          if (readFence(body) === token) reached();
        },
      }),
    );
    try {
      await this.publish(encodeFence(token));
      await link.answered(() => end);
    } finally {
      await subscription.close();
    }
    return records;
  }

  private publish(body: Uint8Array): Promise<void> {
    const { link, channel } = this.options;
    return link.answered(() => link.session.publish(channel, body));
  }
}

function encodeBirth(birth: string): Uint8Array {
  return new TextEncoder().encode(`{"gittixStore":"${birth}"}`);
}

function readBirth(body: Uint8Array): string | undefined {
  return /^\{"gittixStore":"([^"\\]+)"\}$/.exec(new TextDecoder().decode(body))?.[1];
}
