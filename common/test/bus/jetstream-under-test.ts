import { randomUUID } from 'node:crypto';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { connectJetStream, MemoryDeadLetters, type ConnectedBus, type JetStreamOptions } from '../../src/bus';
import { silentLogger } from '../../src/testing';
import type { BrokerUnderTest } from './broker-under-test';

/** Settings of a stream of its own, so that tests can share a server. */
export function ownStream(): { stream: string; subjectPrefix: string } {
  const id = randomUUID();
  return { stream: `TEST-${id}`, subjectPrefix: `test-${id}` };
}

export interface JetStreamUnderTest extends BrokerUnderTest {
  stream: string;
  subjectPrefix: string;
  removeStream(): Promise<void>;
}

/** A stream of its own on a running server. */
export function jetStreamUnderTest(
  url: string,
  settings: Partial<JetStreamOptions> = {},
): JetStreamUnderTest {
  const names = ownStream();
  const open: ConnectedBus[] = [];
  return {
    ...names,
    dropsRepeatedIds: true,
    connect: async ({ deadLetters = new MemoryDeadLetters(), ...options } = {}) => {
      const bus = await connectJetStream({
        url,
        name: 'test',
        logger: silentLogger,
        deadLetters,
        ...names,
        ...settings,
        ...options,
      });
      open.push(bus);
      return bus;
    },
    publishRaw: async (subject, body) => {
      const nc = await connect({ servers: url });
      await jetstream(nc).publish(`${names.subjectPrefix}.${subject}`, body);
      await nc.close();
    },
    close: async () => {
      await Promise.all(open.map((bus) => bus.close()));
    },
    removeStream: async () => {
      const nc = await connect({ servers: url });
      await (await jetstreamManager(nc)).streams.delete(names.stream);
      await nc.close();
    },
  };
}
