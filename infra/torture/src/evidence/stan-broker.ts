import { randomUUID } from 'node:crypto';
import type { Stan } from 'node-nats-streaming';
import { request } from 'undici';
import { z } from 'zod';
import { poll } from '../poll';
import type { Broker, BrokerPorts } from './broker';
import type { StreamEvent } from './evidence';
import { openSession, publishTo, readChannel } from './stan-session';

const PREFIX = 'gittix.';
/** Where the services keep the birth of the store: no events there. */
const BIRTH = `${PREFIX}store`;
const FENCE = '{"gittixFence":';
const SETTLE_MS = 2_000;
const ANSWER_MS = 5_000;

const channels = z.object({
  channels: z.array(
    z.object({
      name: z.string(),
      last_seq: z.number(),
      subscriptions: z
        .array(
          z.object({ queue_name: z.string().optional(), last_sent: z.number(), pending_count: z.number() }),
        )
        .nullish(),
    }),
  ),
});

/** A durable queue group: how far its members together have come. */
export interface Group {
  channel: string;
  name: string;
  lastSequence: number;
  lastSent: number;
  pending: number;
}

/** NATS Streaming, by its monitoring pages (who has read what) and a session (what is stored). */
export class StanBroker implements Broker {
  private constructor(
    private readonly stan: Stan,
    private readonly monitoringPort: number,
  ) {}

  static async connect({
    port,
    monitoringPort,
    clusterId,
  }: BrokerPorts & { clusterId: string }): Promise<StanBroker> {
    return new StanBroker(await openSession(`nats://127.0.0.1:${port}`, clusterId), monitoringPort);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.stan.once('close', () => resolve());
      this.stan.close();
    });
  }

  /**
   * The server tells what each member was sent last, and of a member that is gone it tells no more: then the group looks as
   * if it were behind. So every channel first gets a fence, which adapters drop, and whoever has had that has had all.
   */
  async undelivered(): Promise<string[]> {
    for (const { name } of await this.channels())
      await publishTo(this.stan, name, `${FENCE}"${randomUUID()}"}`);
    let left: string[] = [];
    const isCalm = async () => {
      left = behind(toGroups(await this.channels()));
      return left.length === 0;
    };
    await poll(isCalm, { timeoutMs: SETTLE_MS, what: () => left.join(', ') }).catch((error: unknown) => {
      if (left.length === 0) throw error;
    });
    return left;
  }

  /** What is no event has no type, so that every group of the channel is given it. */
  async consumersOf(aggregate: string): Promise<string[]> {
    const groups = toGroups(await this.channels()).filter(({ channel }) => channel === PREFIX + aggregate);
    return [...new Set(groups.map(({ name }) => name.split('-')[0] ?? name))];
  }

  publish(aggregate: string, _type: string, body: string): Promise<void> {
    return publishTo(this.stan, PREFIX + aggregate, body);
  }

  async events(): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for (const { name, last_seq } of await this.channels()) {
      const stored = await readChannel(this.stan, name, last_seq);
      events.push(...stored.filter(({ body }) => !body.startsWith(FENCE)));
    }
    return events.sort((a, b) => a.storedAt - b.storedAt);
  }

  private async channels(): Promise<z.infer<typeof channels>['channels']> {
    const url = `http://127.0.0.1:${this.monitoringPort}/streaming/channelsz?subs=1&limit=1024`;
    const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (statusCode !== 200) throw new Error(`the monitoring page of the broker answered ${statusCode}`);
    const found = channels.parse(await body.json()).channels;
    return found.filter(({ name }) => name.startsWith(PREFIX) && name !== BIRTH);
  }
}

export function toGroups(found: z.infer<typeof channels>['channels']): Group[] {
  return found.flatMap(({ name: channel, last_seq: lastSequence, subscriptions }) => {
    const groups = new Map<string, Group>();
    for (const { queue_name: queue, last_sent, pending_count } of subscriptions ?? []) {
      // A durable queue group is called `durable:group`; replays belong to none.
      const name = queue?.split(':').at(-1);
      if (name === undefined) continue;
      const known = groups.get(name);
      groups.set(name, {
        ...{ channel, name, lastSequence },
        lastSent: Math.max(last_sent, known?.lastSent ?? 0),
        pending: pending_count + (known?.pending ?? 0),
      });
    }
    return [...groups.values()];
  });
}

export function behind(groups: readonly Group[]): string[] {
  return groups
    .filter(({ lastSent, lastSequence, pending }) => lastSent < lastSequence || pending > 0)
    .map(
      ({ channel, name, lastSent, lastSequence, pending }) =>
        `${name} on ${channel}: ${lastSequence - lastSent} undelivered, ${pending} unacknowledged`,
    );
}
