import { describeBus } from './conformance';
import { FIND_MS, PrivateStan } from './private-stan';
import { stanUnderTest } from './stan-under-test';

let server: PrivateStan;
beforeAll(async () => {
  server = await PrivateStan.create();
  await server.start();
}, FIND_MS);
afterAll(() => server.remove());

describeBus('NATS Streaming', () => Promise.resolve(stanUnderTest(server.url)));
