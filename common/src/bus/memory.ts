import { decodeEvent, encodeEvent, type AnyEvent, type Envelope } from '../events';
import { createLogger, type Logger } from '../logging';
import type { BusStatus, ConnectedBus } from './bus-status';
import { BusUnavailableError } from './bus-unavailable-error';
import type { DeadLetterStore } from './dead-letters';
import { createDelivery, type DeliveryReport } from './delivery';
import type { Replay, ReplayOptions, SubscribeOptions, Subscription } from './event-bus';
import { MemoryBroker, type MemoryBrokerOptions } from './memory-broker';
import { MemoryDeadLetters } from './memory-dead-letters';
import type { Member } from './memory-queue';
import { createReplayReader } from './replay-reader';
import { HANDLERS_AT_ONCE } from './slots';
import { subjectOf } from './subjects';
import { durableName, SubscriptionBook } from './subscription-book';

export interface MemoryBusOptions<Letters extends DeadLetterStore> extends MemoryBrokerOptions {
  /** Shared by several buses, each as one process; a broker of its own unless given. */
  broker?: MemoryBroker | undefined;
  deadLetters?: Letters | undefined;
  logger?: Logger | undefined;
  onOutcome?: ((report: DeliveryReport) => void) | undefined;
  subjectPrefix?: string | undefined;
}

/** The event bus of tests, in this process: real bytes, the real delivery rules, and switches for what goes wrong. */
export class MemoryBus<Letters extends DeadLetterStore = MemoryDeadLetters> implements ConnectedBus {
  readonly broker: MemoryBroker;
  readonly deadLetters: Letters;
  /** Every event this bus stored, in order; repeated ids are not stored. */
  readonly published: AnyEvent[] = [];
  private readonly prefix: string;
  private readonly logger: Logger;
  private readonly book = new SubscriptionBook();
  private readonly open = new Set<Subscription>();
  /** Of subscriptions that ask for no number of handlers of their own. */
  private readonly members: Member[] = [];
  private readonly clock: () => Date;
  private since: Date;
  private closed = false;

  constructor(
    private readonly options: MemoryBusOptions<Letters>,
    deadLetters: Letters,
  ) {
    this.broker = options.broker ?? new MemoryBroker(options);
    this.deadLetters = deadLetters;
    this.prefix = options.subjectPrefix ?? 'gittix';
    this.logger = options.logger ?? createLogger({ service: 'memory-bus', level: 'silent' });
    this.clock = options.clock ?? (() => new Date());
    this.since = this.clock();
  }

  /** While true, publishing rejects as with a lost broker. */
  get down(): boolean {
    return this.broker.down;
  }
  set down(down: boolean) {
    if (down !== this.broker.down) this.since = this.clock();
    this.broker.down = down;
  }

  status(): BusStatus {
    return { connected: !this.down && !this.closed, since: this.since };
  }

  /** Puts any bytes on a subject, such as `gittix.order.OrderCreated`. */
  publishRaw(subject: string, body: Uint8Array, messageId?: string): void {
    this.broker.store(subject, body, messageId);
  }

  /** See MemoryBroker: one step of time in the seeded mode. */
  tick(): Promise<void> {
    return this.broker.tick();
  }

  /** See MemoryBroker: everything published has been handled. */
  settled(): Promise<void> {
    return this.broker.settled();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what fails here must reject, not throw
  async publish(event: Envelope, { messageId = event.id }: { messageId?: string } = {}): Promise<void> {
    if (this.closed) throw new BusUnavailableError('the bus is closed');
    const body = encodeEvent(event);
    if (this.broker.store(subjectOf(this.prefix, event.type), body, messageId)) {
      this.published.push(decodeEvent(body));
    }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const leave = this.book.enter(options);
    const { logger, deadLetters } = this;
    const { onOutcome, clock } = this.options;
    const member: Member = {
      deliver: createDelivery({ ...options, deadLetters, logger, onOutcome, clock }),
      hasRoom: () => runningOf(sharing) < (options.concurrency ?? HANDLERS_AT_ONCE),
      open: true,
      running: new Set(),
    };
    const sharing = options.concurrency === undefined ? this.members : [member];
    if (options.concurrency === undefined) this.members.push(member);
    for (const type of new Set(options.types)) {
      this.broker.join(durableName(options.group, type), subjectOf(this.prefix, type), member);
    }
    return this.keep(async () => {
      leave();
      member.open = false;
      await Promise.all(member.running);
    });
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as above
  async replay(options: ReplayOptions): Promise<Replay> {
    const read = createReplayReader({ ...options, logger: this.logger });
    const member: Member = {
      deliver: (message) => {
        if (member.open) read(message);
        return Promise.resolve({ action: 'ack' });
      },
      hasRoom: () => true,
      open: true,
      running: new Set(),
    };
    const subjects = new Set(options.types.map((type) => subjectOf(this.prefix, type)));
    const followed = this.broker.follow(subjects, options.since, member);
    for (const message of followed.past) read(message);
    const subscription = this.keep(() => {
      member.open = false;
      followed.stop();
      return Promise.resolve();
    });
    return { caughtUp: Promise.resolve(), ...subscription };
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.open].map((subscription) => subscription.close()));
  }

  private keep(close: () => Promise<void>): Subscription {
    const subscription = { close };
    this.open.add(subscription);
    return subscription;
  }
}

/** A memory bus with dead letters to look at; give it a seed for doubled, delayed and reordered delivery. */
export function createMemoryBus(options: MemoryBusOptions<MemoryDeadLetters> = {}): MemoryBus {
  return new MemoryBus(options, options.deadLetters ?? new MemoryDeadLetters());
}

const runningOf = (members: readonly Member[]) => members.reduce((sum, { running }) => sum + running.size, 0);
