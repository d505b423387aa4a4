import { testServer } from '../../src/testing';
import { describeBus } from './conformance';
import { jetStreamUnderTest } from './jetstream-under-test';

describeBus('JetStream', () => {
  const broker = jetStreamUnderTest(testServer('TEST_NATS_URL'));
  const close = async () => {
    await broker.close();
    await broker.removeStream();
  };
  return Promise.resolve({ ...broker, close });
});
