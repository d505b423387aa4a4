import { connect, type NatsConnection } from '@nats-io/transport-node';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';
import type { BusStatus } from './bus-status';
import { BusUnavailableError } from './bus-unavailable-error';

export interface LinkOptions {
  /** One address or several, separated by commas. */
  url: string;
  /** Shown in the broker's connection list. */
  name: string;
  logger: Logger;
  clock: () => Date;
  /** Gives up waiting for the first connection. */
  signal?: AbortSignal | undefined;
}

/** A connection that comes back for ever, and tells when it is lost and back. */
export class JetStreamLink {
  private readonly lost = new Set<() => void>();
  private readonly back = new Set<() => void>();
  private state: BusStatus;

  private constructor(
    readonly nc: NatsConnection,
    private readonly options: LinkOptions,
  ) {
    this.state = { connected: true, since: options.clock() };
    void this.watch();
  }

  /** Waits for the broker, however long that takes. */
  static async open(options: LinkOptions): Promise<JetStreamLink> {
    const { url, name, logger, signal } = options;
    const attempt = () =>
      connect({
        servers: url.split(','),
        name,
        timeout: 2_000,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        reconnectJitter: 250,
        // A paused broker or a half-open connection is noticed after 15 s instead of 6 min.
        pingInterval: 5_000,
        maxPingOut: 2,
        ignoreAuthErrorAbort: true,
      });
    return new JetStreamLink(await retryUntilReady('the broker', logger, attempt, signal), options);
  }

  status(): BusStatus {
    return { ...this.state };
  }

  /** Rejects as soon as the connection is lost: what the broker has not answered by then it never will. */
  async answered<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.state.connected) throw new BusUnavailableError('no connection to the broker');
    let forget = () => {};
    const lost = new Promise<never>((_resolve, reject) => {
      forget = this.onceLost(() => reject(new BusUnavailableError('lost the broker')));
    });
    try {
      return await Promise.race([ask(), lost]);
    } finally {
      forget();
    }
  }

  /** Calls once when the connection is lost; the answer takes the wish back. */
  onceLost(listener: () => void): () => void {
    this.lost.add(listener);
    return () => this.lost.delete(listener);
  }

  /** Resolves as soon as there is a connection; rejects when the signal says so first. */
  async connected(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.state.connected) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.back.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.back.add(done);
      signal.addEventListener('abort', done);
    });
    signal.throwIfAborted();
  }

  /** Sends what waits (acknowledgements), then closes; does not wait for a broker that is away. */
  async close(): Promise<void> {
    if (this.state.connected) {
      await Promise.race([this.nc.drain(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    }
    await this.nc.close();
  }

  private async watch(): Promise<void> {
    const { logger } = this.options;
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect' && this.state.connected) {
        this.change(false, this.lost);
        logger.warn('lost the broker, reconnecting');
      }
      if (type === 'reconnect' && !this.state.connected) {
        this.change(true, this.back);
        logger.info('the broker is back');
      }
    }
    this.change(false, this.lost);
  }

  private change(connected: boolean, listeners: Set<() => void>): void {
    this.state = { connected, since: this.options.clock() };
    const called = [...listeners];
    listeners.clear();
    for (const listener of called) listener();
  }
}
