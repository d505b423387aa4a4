import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { nanos, type Msg } from '@nats-io/transport-node';
import type { Logger } from '../logging';
import type { IncomingMessage, Verdict } from './delivery';
import type { NatsLink } from './nats-link';
import { Pull } from './jetstream-pull';
import type { JetStreamStream } from './jetstream-stream';
import { sleep } from './sleep';
import type { Slots } from './slots';

export interface ReaderOptions {
  link: NatsLink;
  stream: JetStreamStream;
  durable: string;
  subject: string;
  /** Shared by all readers of one subscription. */
  slots: Slots;
  /** Messages held at once, running or waiting for a slot. */
  capacity: number;
  ackWaitMs: number;
  deliver: (message: IncomingMessage) => Promise<Verdict>;
  logger: Logger;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

const ACK = '+ACK';
const WORKING = '+WPI';
const NAK = '-NAK';
const nakAfter = (ms: number) => `${NAK} ${JSON.stringify({ delay: nanos(ms) })}`;
const NAK_LATER = nakAfter(LONGEST_PAUSE_MS);

/** Reads one durable consumer until closed: makes what is missing, pulls, answers the broker, and begins again whenever the pull ends. */
export class JetStreamReader {
  private readonly closing = new AbortController();
  /** By message id; the newest delivery of a message is the one to answer. */
  private readonly held = new Map<string, { newest: Msg; done: Promise<void> }>();
  private readonly working: NodeJS.Timeout;
  private readonly finished: Promise<void>;
  /** Resolves when the consumer is there and pulled for the first time, or the reader is closed before. */
  readonly started: Promise<void>;
  private start!: () => void;
  private pull: Pull | undefined;
  private anonymous = 0;

  constructor(private readonly options: ReaderOptions) {
    // Each message that waits for a slot hears of the end: up to `capacity`, and no leak.
    setMaxListeners(0, this.closing.signal);
    this.started = new Promise((resolve) => {
      this.start = resolve;
    });
    this.working = setInterval(() => {
      for (const { newest } of this.held.values()) this.answer(newest, WORKING);
    }, options.ackWaitMs / 3);
    this.finished = this.read().finally(this.start);
  }

  /** Stops pulling, hands back what no handler has begun, and waits for the running handlers. */
  async close(): Promise<void> {
    this.closing.abort();
    if (this.options.link.status().connected) {
      await Promise.race([this.pull?.drain(), delay(2_000, undefined, { ref: false })]);
    }
    this.pull?.stop('closed');
    await Promise.all([...this.held.values()].map(({ done }) => done));
    clearInterval(this.working);
    await this.finished;
  }

  private async read(): Promise<void> {
    const { link, stream, durable, subject, logger } = this.options;
    const { signal } = this.closing;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; ) {
      try {
        await link.connected(signal);
        await stream.ensure();
        await stream.ensureConsumer(durable, subject);
        if (signal.aborted) return;
        this.start();
        pause = FIRST_PAUSE_MS;
        const reason = await this.pullUntilEnd();
        if (!signal.aborted) logger.warn({ durable, reason }, 'pull ended, beginning again');
      } catch (err) {
        if (signal.aborted) return;
        logger.warn({ err, durable }, 'cannot read from the broker, trying again');
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
      await sleep(pause, signal);
    }
  }

  private async pullUntilEnd(): Promise<string> {
    const { link, stream, durable, capacity } = this.options;
    const pull = new Pull({
      nc: link.nc,
      stream: stream.name,
      durable,
      room: () => capacity - this.held.size,
      onMessage: (message) => this.take(message),
    });
    this.pull = pull;
    const forget = link.onceLost(() => pull.stop('connection lost'));
    const reason = await pull.ended;
    forget();
    return reason;
  }

  private take(message: Msg): void {
    // After a broker's restart a message can come again while its handler still runs: one run is enough.
    const id = message.headers?.get('Nats-Msg-Id') || `anonymous ${this.anonymous++}`;
    const running = this.held.get(id);
    if (running) {
      running.newest = message;
      return;
    }
    const done = this.handle(message)
      .catch((err: unknown) => {
        this.options.logger.error({ err }, 'delivery failed in itself');
        return NAK_LATER;
      })
      .then((answer) => {
        this.answer(this.held.get(id)?.newest ?? message, answer);
        this.held.delete(id);
        this.pull?.ask();
      });
    this.held.set(id, { newest: message, done });
  }

  private async handle({ subject, data }: Msg): Promise<string> {
    const { slots, deliver } = this.options;
    const verdict = await slots.use(this.closing.signal, () => deliver({ subject, body: data }));
    if (!verdict) return NAK;
    return verdict.action === 'ack' ? ACK : nakAfter(verdict.afterMs);
  }

  private answer(message: Msg, payload: string): void {
    try {
      message.respond(payload);
    } catch (err) {
      this.options.logger.warn(
        { err, durable: this.options.durable },
        'could not answer, the message will come again',
      );
    }
  }
}
