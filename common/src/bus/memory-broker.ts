import { BusUnavailableError } from './bus-unavailable-error';
import type { IncomingMessage, Verdict } from './delivery';
import { MemoryQueue, type Member } from './memory-queue';
import { seededRandom } from './seeded-random';

export interface MemoryBrokerOptions {
  /** Doubles, delays (in ticks) and reorders, the same way for the same seed; without it messages come at once, in order. */
  seed?: number | undefined;
  clock?: (() => Date) | undefined;
}

/** In the ordered mode failed messages come back soon, whatever pause was asked for: tests are not to wait. */
const LONGEST_PAUSE_MS = 20;
const DOUBLED = 0.3;
const LONGEST_DELAY_TICKS = 6;

/** What a broker does, inside this process: stores messages and shares them among the replicas of each group. */
export class MemoryBroker {
  /** While true, storing fails as with a lost broker. */
  down = false;
  readonly seed: number | undefined;
  private readonly log: (IncomingMessage & { at: Date })[] = [];
  private readonly ids = new Set<string>();
  private readonly durables = new Map<string, MemoryQueue>();
  private readonly followers = new Set<MemoryQueue>();
  private readonly random: (() => number) | undefined;
  private readonly clock: () => Date;
  private waiting: (() => void)[] = [];
  private now = 0;
  private pausing = 0;
  private pumpPlanned = false;

  constructor({ seed, clock = () => new Date() }: MemoryBrokerOptions = {}) {
    this.seed = seed;
    this.random = seed === undefined ? undefined : seededRandom(seed);
    this.clock = clock;
  }

  /** Stores a message; false when one of this id was there before. Throws while the broker is down. */
  store(subject: string, body: Uint8Array, messageId?: string): boolean {
    if (this.down) throw new BusUnavailableError('the broker is down');
    if (messageId !== undefined && this.ids.has(messageId)) return false;
    if (messageId !== undefined) this.ids.add(messageId);
    this.log.push({ subject, body, at: this.clock() });
    for (const queue of this.queues()) {
      if (queue.subjects.has(subject)) this.enqueue(queue, { subject, body });
    }
    this.plan();
    return true;
  }

  /** A new durable begins with everything stored. */
  join(durable: string, subject: string, member: Member): void {
    let queue = this.durables.get(durable);
    if (!queue) {
      queue = new MemoryQueue(new Set([subject]), this.random);
      this.durables.set(durable, queue);
      for (const message of this.stored(queue.subjects)) this.enqueue(queue, message);
    }
    queue.join(member);
    this.plan();
  }

  /** What was stored from `since` on; from the same moment `member` gets the new ones. */
  follow(
    subjects: ReadonlySet<string>,
    since: Date,
    member: Member,
  ): { past: IncomingMessage[]; stop(): void } {
    const queue = new MemoryQueue(subjects, this.random);
    queue.join(member);
    this.followers.add(queue);
    return { past: this.stored(subjects, since), stop: () => this.followers.delete(queue) };
  }

  /** One step of time in the seeded mode: delivers what is due and waits for its handlers. */
  async tick(): Promise<void> {
    this.now += 1;
    await Promise.all(this.deliverDue());
  }

  /** Resolves when no open subscription has anything left; in the seeded mode it ticks until then, and rejects naming the seed if that never comes. */
  async settled(maxTicks = 10_000): Promise<void> {
    for (let ticks = 0; !this.quiet; ticks += 1) {
      if (this.random && ticks >= maxTicks)
        throw new Error(`not quiet after ${maxTicks} ticks, seed ${this.seed}`);
      if (this.random) await this.tick();
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private *queues(): Iterable<MemoryQueue> {
    yield* this.durables.values();
    yield* this.followers;
  }

  private get quiet(): boolean {
    return this.pausing === 0 && [...this.queues()].every((queue) => queue.quiet);
  }

  private stored(subjects: ReadonlySet<string>, since = new Date(0)): IncomingMessage[] {
    return this.log.filter(({ subject, at }) => subjects.has(subject) && at >= since);
  }

  private enqueue(queue: MemoryQueue, message: IncomingMessage): void {
    const { random } = this;
    if (!random) return queue.add(message, 0);
    const delayed = () => this.now + 1 + Math.floor(random() * LONGEST_DELAY_TICKS);
    queue.add(message, delayed());
    if (random() < DOUBLED) queue.add(message, delayed());
  }

  private deliverDue(): Promise<void>[] {
    return [...this.queues()].flatMap((queue) =>
      queue.deliverDue(this.now, (message, verdict) => this.ended(queue, message, verdict)),
    );
  }

  private ended(queue: MemoryQueue, message: IncomingMessage, verdict: Verdict): void {
    if (verdict.action === 'retry') this.again(queue, message, verdict.afterMs);
    this.plan();
  }

  private again(queue: MemoryQueue, message: IncomingMessage, afterMs: number): void {
    if (this.random) {
      queue.add(message, this.now + 1 + Math.floor(this.random() * LONGEST_DELAY_TICKS));
      return;
    }
    this.pausing += 1;
    setTimeout(
      () => {
        this.pausing -= 1;
        queue.add(message, 0);
        this.plan();
      },
      Math.min(afterMs, LONGEST_PAUSE_MS),
    );
  }

  /** In the ordered mode: delivers after the current work, so that publishing never runs a handler inside itself. */
  private plan(): void {
    if (this.random || this.pumpPlanned) return;
    this.pumpPlanned = true;
    setImmediate(() => {
      this.pumpPlanned = false;
      void this.deliverDue();
      const { waiting } = this;
      this.waiting = [];
      for (const resolve of waiting) resolve();
    });
  }
}
