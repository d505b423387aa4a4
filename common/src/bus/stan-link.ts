import { randomUUID } from 'node:crypto';
import { BusUnavailableError } from './bus-unavailable-error';
import { ConnectionState } from './connection-state';
import { NatsLink, type LinkOptions } from './nats-link';
import { sleep } from './sleep';
import { StanSession } from './stan-session';

export interface StanLinkOptions extends LinkOptions {
  clusterId: string;
  publishTimeoutMs: number;
}

const AGAIN_MS = 250;

/** A session with NATS Streaming that is made again, whole, whenever it is lost; beside it a plain NATS connection, over which the replicas of a group talk. */
export class StanLink extends ConnectionState {
  private readonly closing = new AbortController();
  private readonly finished: Promise<void>;
  private readonly clientId: string;
  private current: StanSession | undefined;

  private constructor(
    readonly nats: NatsLink,
    private readonly options: StanLinkOptions,
  ) {
    super(options.clock, false);
    this.clientId = `${options.name.replace(/[^\w-]/g, '-')}-${randomUUID()}`;
    this.finished = this.run();
  }

  /** Waits for the broker, however long that takes. */
  static async open(options: StanLinkOptions): Promise<StanLink> {
    const link = new StanLink(await NatsLink.open(options), options);
    try {
      await link.connected(options.signal);
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  get session(): StanSession {
    if (!this.current) throw new BusUnavailableError('no session with the broker');
    return this.current;
  }

  /** Resolves when the session is lost, or the signal comes. */
  async untilLost(signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.current) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const forget = this.onceLost(done);
      signal.addEventListener('abort', done);
    });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.current?.close();
    await this.finished;
    await this.nats.close();
  }

  private async run(): Promise<void> {
    const { logger, clusterId, publishTimeoutMs } = this.options;
    const { clientId, closing } = this;
    const urls = this.options.url.split(',');
    for (let n = 0; !closing.signal.aborted; n += 1) {
      const url = urls[n % urls.length] ?? '';
      try {
        await this.natsSettled();
        await this.live(await StanSession.open({ url, clusterId, clientId, publishTimeoutMs }));
      } catch (err) {
        if (!closing.signal.aborted) logger.warn({ err, clusterId }, 'no session with the broker yet');
      }
      await sleep(AGAIN_MS, closing.signal);
    }
  }

  /** A server that has just started takes connections a moment before it takes sessions. */
  private async natsSettled(): Promise<void> {
    if (this.nats.status().connected) return;
    await this.nats.connected(this.closing.signal);
    await sleep(AGAIN_MS, this.closing.signal);
  }

  private async live(session: StanSession): Promise<void> {
    const { logger } = this.options;
    if (!this.closing.signal.aborted) {
      this.current = session;
      this.change(true);
      logger.info('session with the broker');
      const reason = await session.ended;
      this.current = undefined;
      this.change(false);
      if (!this.closing.signal.aborted) logger.warn({ reason }, 'session lost, making a new one');
    }
    await session.close();
  }
}
