import { randomUUID } from 'node:crypto';
import { connect } from '@nats-io/transport-node';
import { connect as connectStreaming } from 'node-nats-streaming';
import type { GitTix } from './gittix';

export type BrokerName = 'nats-server' | 'nats-streaming-server';

/** The one this instance runs on, as `BUS` chose it. */
export function brokerOf(gittix: GitTix): BrokerName {
  const name = (['nats-server', 'nats-streaming-server'] as const).find((each) =>
    gittix.processes().some((running) => running.name === each),
  );
  if (!name) throw new Error('no broker runs');
  return name;
}

/** A message as anybody might send it, past all our own code. */
export interface RawMessage {
  aggregate: string;
  type: string;
  body: string;
}

/** Resolves when the broker has all of them. */
export function publishRaw(gittix: GitTix, messages: RawMessage[]): Promise<void> {
  const name = brokerOf(gittix);
  const { port } = gittix.process(name);
  return name === 'nats-server' ? toJetStream(port, messages) : toStreaming(port, messages);
}

async function toJetStream(port: number, messages: RawMessage[]): Promise<void> {
  const nats = await connect({ servers: `127.0.0.1:${port}` });
  for (const { aggregate, type, body } of messages) {
    const answer = await nats.request(`gittix.${aggregate}.${type}`, body);
    if (!answer.json<{ seq?: number }>().seq) throw new Error(`not stored: ${answer.string()}`);
  }
  await nats.close();
}

async function toStreaming(port: number, messages: RawMessage[]): Promise<void> {
  const stan = connectStreaming('gittix', `e2e-${randomUUID()}`, { url: `nats://127.0.0.1:${port}` });
  await new Promise((resolve, reject) => {
    stan.on('connect', resolve);
    stan.on('error', reject);
  });
  for (const { aggregate, body } of messages) {
    await new Promise<void>((resolve, reject) => {
      stan.publish(`gittix.${aggregate}`, body, (error) => (error ? reject(error) : resolve()));
    });
  }
  const closed = new Promise((resolve) => stan.once('close', resolve));
  stan.close();
  await closed;
}
