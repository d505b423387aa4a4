import {
  AckPolicy,
  DeliverPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type ConsumerMessages,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Logger } from '../logging';
import { CaughtUp } from './caught-up';
import type { IncomingMessage } from './delivery';
import type { NatsLink } from './nats-link';
import type { JetStreamStream } from './jetstream-stream';
import { sleep } from './sleep';

export interface ReplayOfStreamOptions {
  jsm: JetStreamManager;
  link: NatsLink;
  stream: JetStreamStream;
  subjects: string[];
  since: Date;
  read: (message: IncomingMessage) => void;
  logger: Logger;
}

const AGAIN_MS = 200;

/**
 * Reads from the past to live, through any loss of broker or stream. Not the client's ordered consumer: with a start time
 * it never comes back after a broker's death, without one a wiped stream loses messages. So each round adds a short-lived
 * consumer that begins after the last message seen, or at the start time when the stream is another one than before.
 */
export class JetStreamReplay {
  private readonly progress = new CaughtUp();
  readonly caughtUp = this.progress.promise;
  private readonly closing = new AbortController();
  private readonly finished: Promise<void>;
  private messages: ConsumerMessages | undefined;
  private streamCreated = '';
  private last = 0;

  constructor(private readonly options: ReplayOfStreamOptions) {
    this.finished = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.progress.giveUp();
    this.messages?.stop();
    await this.finished;
  }

  private async run(): Promise<void> {
    const { link, logger } = this.options;
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await link.connected(signal);
        await this.round();
      } catch (err) {
        if (!signal.aborted) logger.warn({ err }, 'replay interrupted, beginning again');
      }
      await sleep(AGAIN_MS, signal);
    }
  }

  private async round(): Promise<void> {
    const { jsm, link, stream, logger } = this.options;
    const { created } = await stream.ensure();
    if (created !== this.streamCreated) this.last = 0;
    this.streamCreated = created;
    const info = await link.answered(() => jsm.consumers.add(stream.name, this.consumerConfig()));
    const consumer = jsm.jetstream().consumers.getConsumerFromInfo(info);
    if (this.closing.signal.aborted) return this.remove(info);
    if (info.num_pending === 0) this.progress.reached();
    const messages = await consumer.consume({
      callback: (message) => this.take(message),
      abort_on_missing_resource: true,
      idle_heartbeat: 1_000,
      expires: 5_000,
    });
    this.messages = messages;
    const forget = link.onceLost(() => messages.stop());
    if (this.closing.signal.aborted) messages.stop();
    const ended = await messages.closed();
    forget();
    if (this.closing.signal.aborted) return this.remove(info);
    logger.warn({ reason: ended ? ended.message : 'connection lost' }, 'replay ended, beginning again');
  }

  private consumerConfig(): Partial<ConsumerConfig> {
    const { subjects, since } = this.options;
    return {
      ack_policy: AckPolicy.None,
      mem_storage: true,
      inactive_threshold: nanos(30_000),
      filter_subjects: subjects,
      ...(this.last > 0
        ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.last + 1 }
        : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() }),
    };
  }

  private take({ subject, data, info }: JsMsg): void {
    this.options.read({ subject, body: data });
    this.last = info.streamSequence;
    if (info.pending === 0) this.progress.reached();
  }

  /** Only tidiness: the broker drops an unused consumer by itself. */
  private async remove({ stream_name, name }: ConsumerInfo): Promise<void> {
    const { jsm, link } = this.options;
    if (link.status().connected) await link.answered(() => jsm.consumers.delete(stream_name, name));
  }
}
