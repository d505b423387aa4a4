import { encodeEvent, type Envelope, type EventType } from '../events';
import type { Logger } from '../logging';
import type { BusStatus, ConnectedBus } from './bus-status';
import { BusUnavailableError } from './bus-unavailable-error';
import type { DeadLetterStore } from './dead-letters';
import { createDelivery, type DeliveryReport } from './delivery';
import type { Replay, ReplayOptions, SubscribeOptions, Subscription } from './event-bus';
import { OpenHandles } from './open-handles';
import { createReplayReader } from './replay-reader';
import { HANDLERS_AT_ONCE, Slots } from './slots';
import { StanLink } from './stan-link';
import { StanPublisher } from './stan-publisher';
import { StanReader } from './stan-reader';
import { StanReplay } from './stan-replay';
import { StanStore } from './stan-store';
import { channelOf, subjectOf } from './subjects';
import { durableName, SubscriptionBook } from './subscription-book';
import type { RetryTimes } from './tries';

export interface NatsStreamingOptions {
  /** One address or several, separated by commas. */
  url: string;
  /** The id that the streaming servers were started with. */
  clusterId: string;
  /** Name of this service; its session is called so, with an id of this process. */
  name: string;
  deadLetters: DeadLetterStore;
  logger: Logger;
  /** Begins every channel: `gittix.order`. */
  subjectPrefix?: string | undefined;
  onOutcome?: ((report: DeliveryReport) => void) | undefined;
  /** Told the store's birth at connect and whenever it is another one: the owner then publishes its newest events again. */
  onStreamCreated?: ((created: Date) => void | Promise<void>) | undefined;
  /** Gives up waiting for the first connection. */
  signal?: AbortSignal | undefined;
  clock?: (() => Date) | undefined;
  random?: (() => number) | undefined;
  /** How long the broker may take to confirm a publish. */
  publishTimeoutMs?: number | undefined;
  /** After this time, in whole seconds, an unacknowledged message is given to somebody again, who asks whether it is still worked on. */
  ackWaitMs?: number | undefined;
  retryTimes?: RetryTimes | undefined;
}

/** Messages of one durable in this process: running, waiting for a slot, pausing after a failure. */
const MIN_IN_FLIGHT = 64;

/** Connects to NATS Streaming, waiting for the broker however long it takes. */
export async function connectNatsStreaming(options: NatsStreamingOptions): Promise<ConnectedBus> {
  const { url, clusterId, name, logger, signal } = options;
  const { clock = () => new Date(), publishTimeoutMs = 5_000 } = options;
  const link = await StanLink.open({ url, clusterId, name, logger, clock, signal, publishTimeoutMs });
  return new NatsStreamingBus(options, link, clock);
}

class NatsStreamingBus implements ConnectedBus {
  private readonly book = new SubscriptionBook();
  private readonly open = new OpenHandles();
  /** Of all subscriptions that ask for no number of their own. */
  private readonly slots = new Slots(HANDLERS_AT_ONCE);
  private readonly publisher: StanPublisher;
  private readonly prefix: string;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: NatsStreamingOptions,
    private readonly link: StanLink,
    private readonly clock: () => Date,
  ) {
    this.publisher = new StanPublisher(link);
    this.prefix = options.subjectPrefix ?? 'gittix';
    const { logger, onStreamCreated: onCreated } = options;
    if (!onCreated) return;
    const store = new StanStore({ link, channel: `${this.prefix}.store`, clock, logger, onCreated });
    this.open.keep(() => store.close());
  }

  status(): BusStatus {
    return this.link.status();
  }

  async publish(event: Envelope, { messageId = event.id }: { messageId?: string } = {}): Promise<void> {
    this.refuseWhenClosed();
    await this.publisher.publish(channelOf(this.prefix, event.type), encodeEvent(event), messageId);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    this.refuseWhenClosed();
    const { group, types, concurrency = HANDLERS_AT_ONCE } = options;
    const { deadLetters, logger, onOutcome, random, retryTimes, ackWaitMs = 3_000 } = this.options;
    const slots = options.concurrency === undefined ? this.slots : new Slots(concurrency);
    const leave = this.book.enter(options);
    const { clock, link } = this;
    const deliver = createDelivery({ ...options, deadLetters, logger, onOutcome, clock, random, retryTimes });
    const maxInFlight = Math.max(MIN_IN_FLIGHT, 2 * concurrency);
    const readers = [...new Set(types)].map((type) => {
      const channel = channelOf(this.prefix, type);
      const subject = subjectOf(this.prefix, type);
      const durable = durableName(group, type);
      const common = { link, slots, deliver, ackWaitMs, maxInFlight, logger };
      return new StanReader({ ...common, channel, subject, durable, type });
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
    this.refuseWhenClosed();
    const { link, clock } = this;
    const { logger } = this.options;
    const { types, since } = options;
    const read = createReplayReader({ types, on: (event) => options.on(event), logger });
    const channels = this.channelsOf(types);
    const replay = new StanReplay({ link, channels, since, read, logger, clock });
    return { caughtUp: replay.caughtUp, ...this.open.keep(() => replay.close()) };
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await this.open.close();
    await this.publisher.idle();
    await this.link.close();
  }

  private channelsOf(types: EventType[]): string[] {
    return [...new Set(types.map((type) => channelOf(this.prefix, type)))];
  }

  private refuseWhenClosed(): void {
    if (this.closing) throw new BusUnavailableError('the bus is closed');
  }
}
