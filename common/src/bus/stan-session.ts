import { setTimeout as delay } from 'node:timers/promises';
import { connect, type Message, type Stan, type SubscriptionOptions } from 'node-nats-streaming';

export interface SessionOptions {
  /** One address. */
  url: string;
  clusterId: string;
  /** The server replaces an older session of the same id, so that no dead one keeps its place in a queue group. */
  clientId: string;
  publishTimeoutMs: number;
}

export interface StanMessage {
  /** Place in the channel, and the server's time of storing it in ns (rounded): together they name a message even when the store was wiped. */
  sequence: number;
  timestamp: number;
  redelivered: boolean;
  body: Uint8Array;
  /** False when it cannot be sent any more. */
  ack: () => boolean;
}

export interface StanSubscription {
  /** Leaves; a durable stays at the server. */
  close(): Promise<void>;
}

const ANSWER_MS = 2_000;
const CLOSE_MS = 2_000;

/** One session with the streaming server, until anything at all goes wrong; its owner then opens a new one. */
export class StanSession {
  /** Why it ended. */
  readonly ended: Promise<string>;
  private over = false;
  private connected = true;
  private closing: Promise<void> | undefined;
  private end!: (reason: string) => void;

  private constructor(private readonly stan: Stan) {
    this.ended = new Promise((resolve) => {
      this.end = (reason) => {
        this.over = true;
        resolve(reason);
      };
    });
    stan.on('error', (error: unknown) => this.end(wordsOf(error)));
    stan.on('connection_lost', (error: unknown) => this.end(wordsOf(error)));
    stan.on('close', () => {
      this.connected = false;
      this.end('connection closed');
    });
  }

  static async open({ url, clusterId, clientId, publishTimeoutMs }: SessionOptions): Promise<StanSession> {
    const stan = connect(clusterId, clientId, {
      url,
      name: clientId,
      // The library would go on with a session of which the server knows nothing any more.
      reconnect: false,
      ackTimeout: publishTimeoutMs,
      // Also for the first answer: just after its start a server takes connections, but no session yet.
      connectTimeout: ANSWER_MS,
      stanPingInterval: 1_000,
      stanMaxPingOut: 5,
    });
    const session = new StanSession(stan);
    const failed = session.ended.then((reason) => {
      throw new Error(reason);
    });
    await Promise.race([new Promise((resolve) => stan.once('connect', resolve)), failed]).catch(
      async (error: unknown) => {
        await session.close();
        throw error;
      },
    );
    failed.catch(() => undefined);
    return session;
  }

  /** Resolves when the message is stored. */
  publish(channel: string, body: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stan.publish(channel, body, (error: unknown) => {
        if (error) reject(new Error(wordsOf(error)));
        // When its connection closes the library calls back as if all had been stored, and only then tells of the close.
        else queueMicrotask(() => (this.over ? reject(new Error('connection closed')) : resolve()));
      });
    });
  }

  /** `options` gets the library's defaults; a group is a durable queue group of that name. Nothing is passed on before the server has confirmed, for until then nothing can be acknowledged. */
  async subscribe(subscription: {
    channel: string;
    group?: string;
    options: (defaults: SubscriptionOptions) => SubscriptionOptions;
    onMessage: (message: StanMessage) => void;
  }): Promise<StanSubscription> {
    const { channel, group, onMessage } = subscription;
    // The library's own acknowledgements would also be sent before the server has confirmed, to nowhere.
    const options = subscription.options(this.stan.subscriptionOptions().setManualAckMode(true));
    const one =
      group === undefined
        ? this.stan.subscribe(channel, options)
        : this.stan.subscribe(channel, group, options.setDurableName(group));
    const early: StanMessage[] = [];
    let ready = false;
    one.on('message', (message: Message) => {
      const wrapped = this.wrap(message, () => !one.isClosed());
      if (ready) onMessage(wrapped);
      else early.push(wrapped);
    });
    await new Promise<void>((resolve, reject) => {
      const failed = (error: unknown) => {
        const reason = `subscription to ${channel}: ${wordsOf(error)}`;
        reject(new Error(reason));
        // A half-made member of a group would get messages that nobody handles: away with the whole session.
        this.end(reason);
      };
      one.on('error', failed);
      one.on('timeout', failed);
      one.once('ready', resolve);
      void this.ended.then(failed);
    });
    ready = true;
    for (const message of early) onMessage(message);
    return {
      close: async () => {
        if (this.over) return;
        const closed = new Promise((resolve) => one.once('closed', resolve));
        try {
          one.close();
        } catch (error) {
          // Nothing to leave any more: the library's connection is closed.
          this.end(wordsOf(error));
        }
        await Promise.race([closed, this.ended, delay(CLOSE_MS, undefined, { ref: false })]);
      },
    };
  }

  /** Leaves the server in order, if it answers soon. */
  close(): Promise<void> {
    this.closing ??= this.leave();
    return this.closing;
  }

  private async leave(): Promise<void> {
    // There the library would wait for an answer that cannot come.
    if (!this.connected) return;
    const closed = new Promise((resolve) => this.stan.once('close', resolve));
    try {
      this.stan.close();
    } catch (error) {
      this.end(wordsOf(error));
      return;
    }
    await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })]);
    this.end('closed');
  }

  private wrap(message: Message, isOpen: () => boolean): StanMessage {
    return {
      sequence: message.getSequence(),
      timestamp: message.getTimestampRaw(),
      redelivered: message.isRedelivered(),
      body: message.getRawData(),
      ack: () => {
        if (this.over || !isOpen()) return false;
        try {
          message.ack();
          return true;
        } catch {
          // The connection closed a moment ago, of which `ended` is about to tell.
          return false;
        }
      },
    };
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' && error !== '' ? error : 'no reason given';
}
