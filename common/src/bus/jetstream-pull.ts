import {
  createInbox,
  nanos,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';

/** How long one request for messages stays open at the broker, and how often the broker shows meanwhile that it knows of it. */
const EXPIRES_MS = 5_000;
const HEARTBEAT_MS = 1_000;
const MOST_HEARTBEATS_MISSED = 3;

export interface PullOptions {
  nc: NatsConnection;
  stream: string;
  durable: string;
  /** How many more messages can be taken at this moment, those asked for not counted. */
  room(): number;
  onMessage(message: Msg): void;
}

/**
 * Asks a durable consumer for messages, never for more than there is room for (the client's own `consume` reads ahead
 * without regard to running handlers, so a slow replica would sit on messages that another could handle).
 * It does not repair itself: it ends when something is wrong, and its owner begins a new one.
 */
export class Pull {
  /** Why it ended. */
  readonly ended: Promise<string>;
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly watchdog: NodeJS.Timeout;
  private end!: (reason: string) => void;
  private asked = 0;
  /** Counted in rounds of our own: what came while this process stood still is no silence, though it was not read yet. */
  private missed = 0;
  private active = true;

  constructor(private readonly options: PullOptions) {
    const { nc } = options;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.inbox = createInbox();
    this.subscription = nc.subscribe(this.inbox, {
      callback: (error, message) => (error ? this.stop(error.message) : this.heard(message)),
    });
    this.watchdog = setInterval(() => {
      this.missed += 1;
      if (this.asked > 0 && this.missed > MOST_HEARTBEATS_MISSED) this.stop('no heartbeat');
    }, HEARTBEAT_MS);
    this.ask();
  }

  /** To be called when there is room again. */
  ask(): void {
    if (!this.active) return;
    const batch = this.options.room() - this.asked;
    // Many small requests cost more than a moment's idleness: ask again when half of what was asked has come.
    if (batch < 1 || (this.asked > 0 && batch < this.asked)) return;
    this.asked += batch;
    this.missed = 0;
    const { nc, stream, durable } = this.options;
    const request = { batch, expires: nanos(EXPIRES_MS), idle_heartbeat: nanos(HEARTBEAT_MS) };
    try {
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`, JSON.stringify(request), {
        reply: this.inbox,
      });
    } catch (error) {
      this.stop(String(error));
    }
  }

  /** Ends at once; what was on its way comes again after the acknowledgement time. */
  stop(reason: string): void {
    if (!this.finish(reason)) return;
    this.subscription.unsubscribe();
  }

  /** Ends in order: what is on its way is still handed over. */
  async drain(): Promise<void> {
    if (!this.finish('closed')) return;
    await this.subscription.drain();
  }

  private finish(reason: string): boolean {
    if (!this.active) return false;
    this.active = false;
    clearInterval(this.watchdog);
    this.end(reason);
    return true;
  }

  private heard(message: Msg): void {
    this.missed = 0;
    if (message.subject !== this.inbox) {
      this.asked -= 1;
      this.options.onMessage(message);
      this.ask();
      return;
    }
    const { code = 0, description = '' } = message.headers ?? {};
    if (code === 100) return;
    const unserved = Number(message.headers?.get('Nats-Pending-Messages') || Number.NaN);
    // 404 and 408: the request is over, this many messages did not come.
    if ((code === 404 || code === 408) && unserved >= 0) {
      this.asked = Math.max(0, this.asked - unserved);
      this.ask();
      return;
    }
    // 409: consumer or stream deleted, leader changed, server stops; 503: nobody there.
    this.stop(`${code} ${description}`);
  }
}
