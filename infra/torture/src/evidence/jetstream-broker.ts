import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { Broker, BrokerPorts } from './broker';
import type { StreamEvent } from './evidence';
import { parseEnvelope } from './stream-event';

const STREAM = 'GITTIX';
const PULL_MS = 2_000;

export class JetStreamBroker implements Broker {
  private constructor(private readonly nc: NatsConnection) {}

  static async connect({ port }: Pick<BrokerPorts, 'port'>): Promise<JetStreamBroker> {
    return new JetStreamBroker(await connect({ servers: `127.0.0.1:${port}`, timeout: 3_000 }));
  }

  close(): Promise<void> {
    return this.nc.close();
  }

  async undelivered(): Promise<string[]> {
    const manager = await jetstreamManager(this.nc);
    const left: string[] = [];
    for await (const { name, config, num_pending, num_ack_pending } of manager.consumers.list(STREAM)) {
      if (config.durable_name === undefined || num_pending + num_ack_pending === 0) continue;
      left.push(`${name}: ${num_pending} undelivered, ${num_ack_pending} unacknowledged`);
    }
    return left;
  }

  async consumersOf(aggregate: string, type: string): Promise<string[]> {
    const manager = await jetstreamManager(this.nc);
    const found = new Set<string>();
    for await (const { name, config } of manager.consumers.list(STREAM)) {
      const subjects = [config.filter_subject ?? [], config.filter_subjects ?? []].flat();
      if (config.durable_name !== undefined && subjects.includes(subjectOf(aggregate, type)))
        found.add(name.split('-')[0] ?? name);
    }
    return [...found];
  }

  async publish(aggregate: string, type: string, body: string): Promise<void> {
    const own = headers();
    own.set('Nats-Msg-Id', body);
    await jetstream(this.nc).publish(subjectOf(aggregate, type), body, { headers: own });
  }

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
      if (last === before) throw new Error(`the stream ends at ${state.last_seq}, read only to ${last}`);
    }
    return events;
  }
}

const subjectOf = (aggregate: string, type: string) => `gittix.${aggregate}.${type}`;

function toEvent(message: JsMsg): StreamEvent {
  const body = message.string();
  return {
    seq: message.seq,
    storedAt: Number(BigInt(message.info.timestampNanos) / 1_000_000n),
    messageId: message.headers?.get('Nats-Msg-Id'),
    subject: message.subject,
    envelope: parseEnvelope(body),
    body,
  };
}
