import { connect, type NatsConnection } from '@nats-io/transport-node';
import { retryUntilReady } from '../lifecycle';
import type { Logger } from '../logging';
import { ConnectionState } from './connection-state';

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
export class NatsLink extends ConnectionState {
  private constructor(
    readonly nc: NatsConnection,
    private readonly options: LinkOptions,
  ) {
    super(options.clock, true);
    void this.watch();
  }

  /** Waits for the broker, however long that takes. */
  static async open(options: LinkOptions): Promise<NatsLink> {
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
    return new NatsLink(await retryUntilReady('the broker', logger, attempt, signal), options);
  }

  /** Sends what waits (acknowledgements), then closes; does not wait for a broker that is away. */
  async close(): Promise<void> {
    if (this.status().connected) {
      // Lost in the meantime: what waits can't be sent, and comes again.
      const { logger } = this.options;
      const drained = this.nc
        .drain()
        .catch((err: unknown) => logger.debug({ err }, 'closing a lost connection'));
      await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 2_000).unref())]);
    }
    await this.nc.close();
  }

  private async watch(): Promise<void> {
    const { logger } = this.options;
    for await (const { type } of this.nc.status()) {
      const { connected } = this.status();
      if (type === 'disconnect' && connected) {
        this.change(false);
        logger.warn('lost the broker, reconnecting');
      }
      if (type === 'reconnect' && !connected) {
        this.change(true);
        logger.info('the broker is back');
      }
    }
    this.change(false);
  }
}
