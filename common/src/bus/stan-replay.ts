import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging';
import { CaughtUp } from './caught-up';
import type { IncomingMessage } from './delivery';
import { encodeFence, readFence } from './fence';
import { sleep } from './sleep';
import type { StanLink } from './stan-link';
import type { StanMessage, StanSubscription } from './stan-session';

export interface StanReplayOptions {
  link: StanLink;
  channels: string[];
  since: Date;
  read: (message: IncomingMessage) => void;
  logger: Logger;
  clock: () => Date;
}

interface Place {
  timestamp: number;
  sequence: number;
}

const AGAIN_MS = 250;
/** The server counts the start back from its own clock; what comes too early is left out here. */
const MARGIN_MS = 60_000;
const NS_PER_MS = 1_000_000;

/**
 * Reads from the past to live, in one session after the other. Each begins a little before the last message seen and leaves
 * out what was passed on before; by the server's time of storing, because a wiped store counts from 1 again.
 */
export class StanReplay {
  private readonly progress = new CaughtUp();
  readonly caughtUp = this.progress.promise;
  private readonly closing = new AbortController();
  private readonly finished: Promise<void>;
  private readonly last = new Map<string, Place>();
  private subscriptions: StanSubscription[] = [];
  private fences = new Map<string, string>();

  constructor(private readonly options: StanReplayOptions) {
    this.finished = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.progress.giveUp();
    await this.finished;
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
  }

  private async run(): Promise<void> {
    const { link, logger } = this.options;
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await link.connected(signal);
        await this.round();
        await link.untilLost(signal);
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err }, 'replay interrupted, beginning again');
        await sleep(AGAIN_MS, signal);
      }
    }
  }

  private async round(): Promise<void> {
    const { link, channels, clock } = this.options;
    const { session } = link;
    // A round that failed half way in a session that lives on must not leave a second reader behind.
    await Promise.all(this.subscriptions.map((subscription) => subscription.close()));
    this.subscriptions = [];
    this.fences = new Map(channels.map((channel) => [channel, randomUUID()]));
    for (const channel of channels) {
      const delta = Math.max(0, clock().getTime() - this.startOf(channel)) + MARGIN_MS;
      this.subscriptions.push(
        await session.subscribe({
          channel,
          options: (defaults) => defaults.setStartAtTimeDelta(delta),
          onMessage: (message) => this.take(channel, message),
        }),
      );
    }
    for (const [channel, token] of this.fences) {
      await link.answered(() => session.publish(channel, encodeFence(token)));
    }
  }

  private startOf(channel: string): number {
    const last = this.last.get(channel);
    // The library takes whole milliseconds only.
    return last ? Math.floor(last.timestamp / NS_PER_MS) : this.options.since.getTime();
  }

  private take(channel: string, message: StanMessage): void {
    if (this.closing.signal.aborted) return;
    message.ack();
    const { timestamp, sequence, body } = message;
    const fence = readFence(body);
    if (fence !== undefined) {
      if (this.fences.get(channel) === fence) this.fences.delete(channel);
      if (this.fences.size === 0) this.progress.reached();
      return;
    }
    const last = this.last.get(channel);
    if (timestamp / NS_PER_MS < this.options.since.getTime()) return;
    if (last && (timestamp < last.timestamp || (timestamp === last.timestamp && sequence <= last.sequence))) {
      return;
    }
    this.last.set(channel, { timestamp, sequence });
    this.options.read({ subject: channel, body });
  }
}
