import { setTimeout as delay } from 'node:timers/promises';
import type { EventType } from '../events';
import type { Logger } from '../logging';
import { readFence } from './fence';
import { sleep } from './sleep';
import { StanHolds, type HoldsOptions } from './stan-holds';
import type { StanLink } from './stan-link';
import type { StanMessage, StanSubscription } from './stan-session';

export interface ReaderOptions extends Omit<HoldsOptions, 'nats' | 'talkSubject'> {
  link: StanLink;
  channel: string;
  durable: string;
  type: EventType;
  ackWaitMs: number;
  maxInFlight: number;
  logger: Logger;
}

/** Running handlers may end and acknowledge before we leave the group. */
const GRACE_MS = 1_000;
const AGAIN_MS = 250;

/** Reads one durable until closed, in one session after the other. */
export class StanReader {
  /** Resolves when the server knows the durable, or the reader is closed before. */
  readonly started: Promise<void>;
  private start!: () => void;
  private readonly closing = new AbortController();
  private readonly holds: StanHolds;
  private readonly finished: Promise<void>;
  private subscription: StanSubscription | undefined;

  constructor(private readonly options: ReaderOptions) {
    const { link, channel, durable } = options;
    this.started = new Promise((resolve) => {
      this.start = resolve;
    });
    const talkSubject = `_gittix.held.${channel}.${durable}`;
    this.holds = new StanHolds({ ...options, nats: link.nats, talkSubject });
    this.finished = this.read().finally(this.start);
  }

  /** Stops taking, leaves what no handler has begun to others, and waits for the running handlers. */
  async close(): Promise<void> {
    this.closing.abort();
    this.holds.stopTaking();
    await Promise.race([this.holds.idle(), delay(GRACE_MS, undefined, { ref: false })]);
    await this.finished;
    await this.subscription?.close();
    await this.holds.idle();
    this.holds.close();
  }

  private async read(): Promise<void> {
    const { link, durable, logger } = this.options;
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await link.connected(signal);
        this.subscription = await this.subscribe();
        this.start();
        await link.untilLost(signal);
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err, durable }, 'cannot read from the broker, trying again');
        await sleep(AGAIN_MS, signal);
      }
    }
  }

  private subscribe(): Promise<StanSubscription> {
    const { link, channel, durable, ackWaitMs, maxInFlight } = this.options;
    return link.session.subscribe({
      channel,
      group: durable,
      options: (defaults) =>
        defaults
          .setDeliverAllAvailable()
          // Whole seconds are all that the server knows.
          .setAckWait(Math.ceil(ackWaitMs / 1_000) * 1_000)
          .setMaxInFlight(maxInFlight),
      onMessage: (message) => this.take(message),
    });
  }

  private take(message: StanMessage): void {
    if (isForOthers(message.body, this.options.type)) message.ack();
    else this.holds.take(message);
  }
}

/** A channel carries all types of an aggregate. What has no readable type is for everybody: each group keeps it as a dead letter, once, for the letter's id is the same. */
function isForOthers(body: Uint8Array, type: EventType): boolean {
  if (readFence(body) !== undefined) return true;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return false;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && value.type !== type;
}
