import type { Logger } from '../logging';
import type { IncomingMessage, Verdict } from './delivery';
import type { NatsLink } from './nats-link';
import { RecentKeys } from './recent-keys';
import { sleep } from './sleep';
import type { Slots } from './slots';
import type { StanMessage } from './stan-session';
import { StanTalk, type Word } from './stan-talk';

export interface HoldsOptions {
  nats: NatsLink;
  /** What the replicas talk about: one durable. */
  talkSubject: string;
  /** Told to the handler's side. */
  subject: string;
  /** Shared by all readers of one subscription. */
  slots: Slots;
  deliver: (message: IncomingMessage) => Promise<Verdict>;
  logger: Logger;
}

interface Held {
  /** The newest delivery of a message is the one to acknowledge. */
  newest: StanMessage;
  begun: boolean;
  /** Gives it back, unless its handler runs. */
  release: AbortController;
  askers: Set<string>;
  done: Promise<void>;
}

/** How long the other replicas have to say that they hold a message. */
const ASK_MS = 500;
const REMEMBERED = 2_000;

/** The messages of one durable that this process holds: waiting for a slot, running, or pausing between two tries. */
export class StanHolds {
  private readonly held = new Map<string, Held>();
  /** Given to us again: perhaps another replica has begun. We take it when nobody speaks, unless that is off: one said so. */
  private readonly doubtful = new Map<string, { newest: StanMessage; silence: AbortController }>();
  /** Handled; the acknowledgement may have been lost. */
  private readonly finished = new RecentKeys(REMEMBERED);
  private readonly givenBack = new RecentKeys(REMEMBERED);
  private readonly talk: StanTalk;
  private closing = false;

  constructor(private readonly options: HoldsOptions) {
    const { nats, talkSubject: subject, logger } = options;
    this.talk = new StanTalk({ nats, subject, logger, hear: (...words) => this.hear(...words) });
  }

  take(message: StanMessage): void {
    const key = `${message.sequence}@${message.timestamp}`;
    const held = this.held.get(key);
    if (held) held.newest = message;
    else if (this.finished.has(key)) message.ack();
    else if (this.closing) this.givenBack.add(key);
    else if (message.redelivered) this.doubt(key, message);
    else this.begin(key, message);
  }

  /** Takes nothing more and gives back what does not run. */
  stopTaking(): void {
    this.closing = true;
    for (const [key, { silence }] of this.doubtful) {
      silence.abort();
      this.givenBack.add(key);
    }
    this.doubtful.clear();
    for (const { release } of this.held.values()) release.abort();
  }

  /** Resolves when no handler runs any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.held.values()].map(({ done }) => done));
  }

  /** Says no more words. */
  close(): void {
    this.talk.close();
  }

  private begin(key: string, newest: StanMessage): void {
    const release = new AbortController();
    const held: Held = { newest, begun: false, release, askers: new Set(), done: Promise.resolve() };
    this.held.set(key, held);
    held.done = this.work(key, held)
      .catch((err: unknown) => {
        this.options.logger.error({ err }, 'delivery failed in itself');
        return false;
      })
      .then((handled) => this.end(key, held, handled));
  }

  /** False when it was given back. NATS Streaming cannot be told to come again later, so we keep the message through the pauses. */
  private async work(key: string, held: Held): Promise<boolean> {
    const { slots, deliver, subject } = this.options;
    const { signal } = held.release;
    for (;;) {
      const verdict = await slots.use(signal, () => {
        held.begun = true;
        for (const asker of held.askers) this.talk.say('held', key, asker);
        return deliver({ subject, body: held.newest.body });
      });
      if (!verdict) return false;
      if (verdict.action === 'ack') return true;
      await sleep(verdict.afterMs, signal);
    }
  }

  private end(key: string, held: Held, handled: boolean): void {
    this.held.delete(key);
    if (handled) {
      this.finished.add(key);
      const told = held.newest.ack();
      if (!told || held.askers.size > 0) this.talk.say('done', key);
      return;
    }
    const lastAsker = [...held.askers].at(-1);
    if (lastAsker !== undefined) this.talk.say('yours', key, lastAsker);
    else if (this.closing) this.givenBack.add(key);
  }

  private doubt(key: string, newest: StanMessage): void {
    this.doubtful.get(key)?.silence.abort();
    const silence = new AbortController();
    this.doubtful.set(key, { newest, silence });
    this.talk.say('ask', key);
    void this.nobodySpeaks(silence.signal).then(() => {
      if (!silence.signal.aborted) this.nobodyHas(key);
    });
  }

  /** While the server, or this process, stands still nobody can be heard: the time counts from when the question was passed on, and what lies here is heard first. */
  private async nobodySpeaks(signal: AbortSignal): Promise<void> {
    await this.talk.passedOn();
    await sleep(ASK_MS, signal);
    await this.talk.passedOn();
  }

  private nobodyHas(key: string): void {
    const doubt = this.doubtful.get(key);
    if (!doubt) return;
    doubt.silence.abort();
    this.doubtful.delete(key);
    this.begin(key, doubt.newest);
  }

  private hear(word: Word, key: string, from: string): void {
    const doubt = this.doubtful.get(key);
    if (word === 'ask') this.answer(key, from);
    else if (word === 'yours') this.nobodyHas(key);
    else if (word === 'held') doubt?.silence.abort();
    else {
      this.finished.add(key);
      doubt?.silence.abort();
      this.doubtful.delete(key);
      doubt?.newest.ack();
    }
  }

  private answer(key: string, from: string): void {
    const held = this.held.get(key);
    if (this.finished.has(key)) this.talk.say('done', key, from);
    else if (held) {
      held.askers.add(from);
      if (held.begun) this.talk.say('held', key, from);
      else held.release.abort();
    } else if (this.givenBack.delete(key)) this.talk.say('yours', key, from);
  }
}
