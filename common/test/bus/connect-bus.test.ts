import { randomUUID } from 'node:crypto';
import { connectBus, MemoryDeadLetters, type BusSettings } from '../../src/bus';
import { busSettings, loadConfig } from '../../src/config';
import { silentLogger, testServer } from '../../src/testing';
import { z } from 'zod';
import type { BrokerUnderTest } from './broker-under-test';
import { orderCreated } from './events-for-tests';
import { jetStreamUnderTest } from './jetstream-under-test';
import { CLUSTER_ID, FIND_MS, PrivateStan } from './private-stan';
import { Recorder } from './recorder';
import { stanUnderTest } from './stan-under-test';

const settingsOf = (env: Record<string, string>): BusSettings => loadConfig(z.object(busSettings), env);
const options = () => ({ name: 'test', deadLetters: new MemoryDeadLetters(), logger: silentLogger });

/** An event published by the bus that the settings choose arrives through that adapter. */
async function expectArrives(settings: BusSettings, broker: BrokerUnderTest): Promise<void> {
  const recorder = new Recorder();
  const reader = await broker.connect();
  await reader.subscribe({ group: 'payments', types: ['OrderCreated'], handle: recorder.handle });
  const bus = await connectBus(settings, options());
  const event = orderCreated();
  await bus.publish(event);
  await recorder.got([event]);
  await bus.close();
  await broker.close();
}

describe('connectBus', () => {
  let server: PrivateStan;
  beforeAll(async () => {
    server = await PrivateStan.create();
    await server.start();
  }, FIND_MS);
  afterAll(() => server.remove());

  it('takes JetStream unless told otherwise', async () => {
    const url = testServer('TEST_NATS_URL');
    const broker = jetStreamUnderTest(url);
    const prefix = broker.subjectPrefix;
    const settings = settingsOf({ NATS_URL: url, NATS_STREAM: broker.stream, NATS_SUBJECT_PREFIX: prefix });
    await expectArrives(settings, broker);
  });

  it('takes NATS Streaming for BUS=stan', async () => {
    const broker = stanUnderTest(server.url);
    const prefix = broker.subjectPrefix;
    const env = { BUS: 'stan', NATS_URL: server.url, STAN_CLUSTER_ID: CLUSTER_ID };
    await expectArrives(settingsOf({ ...env, NATS_SUBJECT_PREFIX: prefix }), broker);
  });

  it('refuses a bus that nobody knows', () => {
    expect(() => settingsOf({ BUS: 'kafka', NATS_URL: `nats://${randomUUID()}` })).toThrow(/BUS/);
  });
});
