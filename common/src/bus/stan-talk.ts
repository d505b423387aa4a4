import type { Msg, Subscription } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import type { Logger } from '../logging';
import type { NatsLink } from './nats-link';

/**
 * - `ask`: I was given this message again; has somebody begun with it?
 * - `held`: I have; wait for my next word.
 * - `yours`: I had it and gave it back; take it.
 * - `done`: it is handled, but I may have been unable to acknowledge it.
 */
export type Word = 'ask' | 'held' | 'yours' | 'done';

interface Sentence {
  word: Word;
  /** Which message. */
  key: string;
  from: string;
  /** For this replica only. */
  to?: string;
}

export interface TalkOptions {
  nats: NatsLink;
  subject: string;
  logger: Logger;
  hear(word: Word, key: string, from: string): void;
}

/**
 * The replicas of a group about the messages of one durable, over plain NATS. NATS Streaming has no "still working" and
 * no "give it to another": it just hands an unacknowledged message to somebody else after the acknowledgement time.
 * Words may be lost; then a message is handled twice, as after any crash.
 */
export class StanTalk {
  private readonly me = randomUUID();
  private readonly subscription: Subscription;

  constructor(private readonly options: TalkOptions) {
    const { nats, subject, logger } = options;
    this.subscription = nats.nc.subscribe(subject, {
      callback: (error, message) => {
        if (error) logger.warn({ err: error }, 'cannot hear the other replicas');
        else this.hear(message);
      },
    });
  }

  say(word: Word, key: string, to?: string): void {
    const { nats, subject, logger } = this.options;
    const sentence: Sentence = { word, key, from: this.me, ...(to !== undefined && { to }) };
    try {
      nats.nc.publish(subject, JSON.stringify(sentence));
    } catch (err) {
      logger.warn({ err }, 'cannot talk to the other replicas');
    }
  }

  /** Resolves when the server has what was said until now, and we have heard what it had for us; also when it is lost. */
  async passedOn(): Promise<void> {
    const { nats, logger } = this.options;
    await nats
      .answered(() => nats.nc.flush())
      .catch((err: unknown) => logger.debug({ err }, 'the other replicas cannot be heard'));
  }

  private hear(message: Msg): void {
    const { logger, subject } = this.options;
    try {
      const { word, key, from, to } = message.json<Sentence>();
      if (from !== this.me && (to === undefined || to === this.me)) this.options.hear(word, key, from);
    } catch (err) {
      logger.warn({ err, subject }, 'cannot understand another replica');
    }
  }

  close(): void {
    this.subscription.unsubscribe();
  }
}
