import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { StreamEvent } from './evidence';

const STREAM = 'GITTIX';
const PULL_MS = 2_000;

/** Read-only looks at the stream, and the one thing that is written: poison, when it is asked for. */
export class Broker {
  private constructor(private readonly nc: NatsConnection) {}

  static async connect(port: number): Promise<Broker> {
    return new Broker(await connect({ servers: `127.0.0.1:${port}`, timeout: 3_000 }));
  }

  close(): Promise<void> {
    return this.nc.close();
  }

  /** Messages that some durable consumer has not had, or not acknowledged. */
  async undelivered(): Promise<string[]> {
    const manager = await jetstreamManager(this.nc);
    const left: string[] = [];
    for await (const { name, config, num_pending, num_ack_pending } of manager.consumers.list(STREAM)) {
      if (config.durable_name === undefined || num_pending + num_ack_pending === 0) continue;
      left.push(`${name}: ${num_pending} undelivered, ${num_ack_pending} unacknowledged`);
    }
    return left;
  }

  /** Names of services with a durable consumer of this subject. */
  async consumersOf(subject: string): Promise<string[]> {
    const manager = await jetstreamManager(this.nc);
    const found: string[] = [];
    for await (const { name, config } of manager.consumers.list(STREAM)) {
      const subjects = [config.filter_subject ?? [], config.filter_subjects ?? []].flat();
      if (config.durable_name !== undefined && subjects.includes(subject))
        found.push(name.split('-')[0] ?? name);
    }
    return found;
  }

  async publish(subject: string, body: string): Promise<void> {
    const own = headers();
    own.set('Nats-Msg-Id', body);
    await jetstream(this.nc).publish(subject, body, { headers: own });
  }

  /** Everything in the stream, oldest first. */
  async events(): Promise<StreamEvent[]> {
    const manager = await jetstreamManager(this.nc);
    const { state } = await manager.streams.info(STREAM);
    const consumer = await jetstream(this.nc).consumers.get(STREAM);
    const events: StreamEvent[] = [];
    let last = state.first_seq - 1;
    while (last < state.last_seq) {
      const before = last;
      for await (const message of await consumer.fetch({ max_messages: 500, expires: PULL_MS })) {
        events.push(toEvent(message));
        last = message.seq;
        if (last >= state.last_seq) break;
      }
      if (last === before) break;
    }
    return events;
  }
}

function toEvent(message: JsMsg): StreamEvent {
  const body = message.string();
  return {
    seq: message.seq,
    storedAt: Number(BigInt(message.info.timestampNanos) / 1_000_000n),
    messageId: message.headers?.get('Nats-Msg-Id'),
    subject: message.subject,
    envelope: parse(body),
    body,
  };
}

function parse(body: string): StreamEvent['envelope'] {
  try {
    const { id, type, subject, data } = JSON.parse(body) as NonNullable<StreamEvent['envelope']>;
    return { id, type, subject, data };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
