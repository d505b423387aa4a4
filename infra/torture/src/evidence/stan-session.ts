import { randomUUID } from 'node:crypto';
import { connect, type Message, type Stan } from 'node-nats-streaming';
import type { StreamEvent } from './evidence';
import { parseEnvelope } from './stream-event';

const NS_PER_MS = 1_000_000;
const CONNECT_MS = 3_000;
const READ_MS = 20_000;

/** A session of this tool's own. */
export function openSession(url: string, clusterId: string): Promise<Stan> {
  const stan = connect(clusterId, `torture-${randomUUID()}`, {
    url,
    reconnect: false,
    connectTimeout: CONNECT_MS,
  });
  return new Promise((resolve, reject) => {
    // Stays: an error that nobody listens to would end the process, and what fails later is told by who asked.
    stan.on('error', (error: unknown) => reject(asError(error)));
    stan.once('close', () => reject(new Error('the broker closed the connection')));
    stan.once('connect', () => resolve(stan));
  });
}

export function publishTo(stan: Stan, channel: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stan.publish(channel, body, (error: unknown) => (error ? reject(asError(error)) : resolve()));
  });
}

/** All of a channel up to this sequence. */
export async function readChannel(stan: Stan, channel: string, lastSequence: number): Promise<StreamEvent[]> {
  const stored: StreamEvent[] = [];
  if (lastSequence === 0) return stored;
  const subscription = stan.subscribe(channel, stan.subscriptionOptions().setDeliverAllAvailable());
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${channel} ends at ${lastSequence}, read only to ${stored.at(-1)?.seq}`)),
        READ_MS,
      );
      const done = (settle: () => void) => {
        clearTimeout(timer);
        settle();
      };
      subscription.on('error', (error: unknown) => done(() => reject(asError(error))));
      subscription.on('timeout', () => done(() => reject(new Error(`no subscription to ${channel}`))));
      subscription.on('message', (message: Message) => {
        const sequence = message.getSequence();
        if (sequence <= lastSequence) stored.push(toEvent(channel, message));
        if (sequence >= lastSequence) done(resolve);
      });
    });
  } finally {
    subscription.close();
  }
  return stored;
}

function toEvent(channel: string, message: Message): StreamEvent {
  const body = message.getRawData().toString();
  return {
    seq: message.getSequence(),
    storedAt: message.getTimestampRaw() / NS_PER_MS,
    // It knows none.
    messageId: undefined,
    subject: channel,
    envelope: parseEnvelope(body),
    body,
  };
}

/** The library also throws texts. */
const asError = (error: unknown) => (error instanceof Error ? error : new Error(JSON.stringify(error)));
