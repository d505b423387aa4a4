import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { encodeEvent, type Envelope } from '../events';
import { retryUntilReady, type Repeating } from '../lifecycle';
import type { Logger } from '../logging';
import type { BusStatus, ConnectedBus } from './bus-status';
import { BusUnavailableError } from './bus-unavailable-error';
import type { DeadLetterStore } from './dead-letters';
import { createDelivery, type DeliveryReport } from './delivery';
import type { Replay, ReplayOptions, SubscribeOptions, Subscription } from './event-bus';
import { NatsLink } from './nats-link';
import { JetStreamPublisher } from './jetstream-publisher';
import { JetStreamReader } from './jetstream-reader';
import { JetStreamReplay } from './jetstream-replay';
import { JetStreamStream } from './jetstream-stream';
import { watchStream } from './jetstream-watch';
import { OpenHandles } from './open-handles';
import { createReplayReader } from './replay-reader';
import { HANDLERS_AT_ONCE, Slots } from './slots';
import { subjectOf } from './subjects';
import { durableName, SubscriptionBook } from './subscription-book';
import type { RetryTimes } from './tries';

export interface JetStreamOptions {
  /** One address or several, separated by commas. */
  url: string;
  /** Name of this service, for the broker's connection list. */
  name: string;
  deadLetters: DeadLetterStore;
  logger: Logger;
  stream?: string | undefined;
  subjectPrefix?: string | undefined;
  onOutcome?: ((report: DeliveryReport) => void) | undefined;
  /** Told the stream's birth at connect and whenever it is another one: the owner then publishes its newest events again. */
  onStreamCreated?: ((created: Date) => void | Promise<void>) | undefined;
  /** Gives up waiting for the first connection. */
  signal?: AbortSignal | undefined;
  clock?: (() => Date) | undefined;
  random?: (() => number) | undefined;
  /** How long the broker may take to confirm a publish. */
  publishTimeoutMs?: number | undefined;
  /** After this time without a sign of life from the handler's process the broker gives a message to another one. */
  ackWaitMs?: number | undefined;
  streamCheckMs?: number | undefined;
  retryTimes?: RetryTimes | undefined;
}

/** A killed process keeps its messages from the others for so long; a living one says three times as often that it works (ADR 19). */
const ACK_WAIT_MS = 5_000;

/** Connects to NATS JetStream, waiting for the broker however long it takes, and makes the stream if it is missing. */
export async function connectJetStream(options: JetStreamOptions): Promise<ConnectedBus> {
  const { url, name, logger, signal, clock = () => new Date(), ackWaitMs = ACK_WAIT_MS } = options;
  const link = await NatsLink.open({ url, name, logger, clock, signal });
  const jsm = await jetstreamManager(link.nc, { checkAPI: false, timeout: 5_000 });
  const stream = new JetStreamStream({
    link,
    jsm,
    name: options.stream ?? 'GITTIX',
    subjectPrefix: options.subjectPrefix ?? 'gittix',
    ackWaitMs,
    logger,
    onCreated: options.onStreamCreated,
  });
  try {
    await retryUntilReady('the stream', logger, () => stream.ensure(), signal);
  } catch (error) {
    await link.close();
    throw error;
  }
  const everyMs = options.streamCheckMs ?? 60_000;
  const watch = watchStream({ link, stream, everyMs, logger });
  const timeoutMs = options.publishTimeoutMs ?? 5_000;
  const publisher = new JetStreamPublisher({ link, js: jsm.jetstream(), stream, timeoutMs });
  return new JetStreamBus({ ...options, ackWaitMs }, { link, jsm, publisher, stream, watch });
}

interface Parts {
  link: NatsLink;
  jsm: JetStreamManager;
  publisher: JetStreamPublisher;
  stream: JetStreamStream;
  watch: Repeating;
}

class JetStreamBus implements ConnectedBus {
  private readonly book = new SubscriptionBook();
  private readonly open = new OpenHandles();
  /** Of all subscriptions that ask for no number of their own. */
  private readonly slots = new Slots(HANDLERS_AT_ONCE);
  private readonly prefix: string;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: JetStreamOptions & { ackWaitMs: number },
    private readonly parts: Parts,
  ) {
    this.prefix = options.subjectPrefix ?? 'gittix';
  }

  status(): BusStatus {
    return this.parts.link.status();
  }

  async publish(event: Envelope, { messageId = event.id }: { messageId?: string } = {}): Promise<void> {
    if (this.closing) throw new BusUnavailableError('the bus is closed');
    await this.parts.publisher.publish(subjectOf(this.prefix, event.type), encodeEvent(event), messageId);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.closing) throw new BusUnavailableError('the bus is closed');
    const { link, stream } = this.parts;
    const { group, types, concurrency = HANDLERS_AT_ONCE } = options;
    const { deadLetters, logger, onOutcome, clock, random, retryTimes, ackWaitMs } = this.options;
    const slots = options.concurrency === undefined ? this.slots : new Slots(concurrency);
    const leave = this.book.enter(options);
    const deliver = createDelivery({ ...options, deadLetters, logger, onOutcome, clock, random, retryTimes });
    const readers = [...new Set(types)].map((type) => {
      const subject = subjectOf(this.prefix, type);
      const durable = durableName(group, type);
      const capacity = concurrency;
      return new JetStreamReader({
        link,
        stream,
        durable,
        subject,
        slots,
        capacity,
        ackWaitMs,
        deliver,
        logger,
      });
    });
    const subscription = this.open.keep(async () => {
      await Promise.all(readers.map((reader) => reader.close()));
      leave();
    });
    await Promise.all(readers.map(({ started }) => started));
    return subscription;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what fails here must reject, not throw
  async replay(options: ReplayOptions): Promise<Replay> {
    if (this.closing) throw new BusUnavailableError('the bus is closed');
    const { jsm, link, stream } = this.parts;
    const { logger } = this.options;
    const { types, since } = options;
    const read = createReplayReader({ types, on: (event) => options.on(event), logger });
    const subjects = [...new Set(types)].map((type) => subjectOf(this.prefix, type));
    const replay = new JetStreamReplay({ jsm, link, stream, subjects, since, read, logger });
    return { caughtUp: replay.caughtUp, ...this.open.keep(() => replay.close()) };
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await Promise.all([this.parts.watch.stop(), this.open.close()]);
    await this.parts.publisher.idle();
    await this.parts.link.close();
  }
}
