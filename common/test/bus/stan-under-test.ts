import { randomUUID } from 'node:crypto';
import {
  connectNatsStreaming,
  MemoryDeadLetters,
  type ConnectedBus,
  type NatsStreamingOptions,
} from '../../src/bus';
import { StanSession } from '../../src/bus/stan-session';
import { silentLogger } from '../../src/testing';
import type { BrokerUnderTest } from './broker-under-test';
import { CLUSTER_ID } from './private-stan';

export interface StanUnderTest extends BrokerUnderTest {
  subjectPrefix: string;
}

/** Channels of its own on a running server. */
export function stanUnderTest(url: string, settings: Partial<NatsStreamingOptions> = {}): StanUnderTest {
  const subjectPrefix = `test-${randomUUID()}`;
  const open: ConnectedBus[] = [];
  return {
    subjectPrefix,
    dropsRepeatedIds: false,
    connect: async ({ deadLetters = new MemoryDeadLetters(), ...options } = {}) => {
      const bus = await connectNatsStreaming({
        url,
        clusterId: CLUSTER_ID,
        name: 'test',
        logger: silentLogger,
        deadLetters,
        subjectPrefix,
        ...settings,
        ...options,
      });
      open.push(bus);
      return bus;
    },
    publishRaw: async (subject, body) => {
      const [aggregate = ''] = subject.split('.');
      const session = await StanSession.open({
        url,
        clusterId: CLUSTER_ID,
        clientId: randomUUID(),
        publishTimeoutMs: 5_000,
      });
      await session.publish(`${subjectPrefix}.${aggregate}`, body);
      await session.close();
    },
    close: async () => {
      await Promise.all(open.map((bus) => bus.close()));
    },
  };
}
