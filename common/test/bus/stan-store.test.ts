import { waitFor } from '../../src/testing';
import { FIND_MS, PrivateStan } from './private-stan';
import { stanUnderTest, type StanUnderTest } from './stan-under-test';

let server: PrivateStan;
let broker: StanUnderTest;
beforeAll(async () => {
  server = await PrivateStan.create();
  await server.start();
}, FIND_MS);
afterAll(() => server.remove());
afterEach(() => broker.close());

describe('the birth of a NATS Streaming store', () => {
  it('is one for all processes, those that look first at the same moment too', async () => {
    const births: number[] = [];
    broker = stanUnderTest(server.url, { onStreamCreated: (created) => void births.push(created.getTime()) });
    await Promise.all(Array.from({ length: 8 }, () => broker.connect()));
    await waitFor(() => births.length === 8);
    await broker.connect();
    await waitFor(() => births.length === 9);
    expect(new Set(births).size).toBe(1);
  });

  it('is told again until its owner could act on it', async () => {
    let calls = 0;
    broker = stanUnderTest(server.url, {
      onStreamCreated: () => {
        calls += 1;
        if (calls < 3) throw new Error('the database is away');
      },
    });
    await broker.connect();
    await waitFor(() => calls === 3);
  });

  it('is written again before the server drops it', async () => {
    const births: number[] = [];
    let now = Date.now();
    broker = stanUnderTest(server.url, {
      onStreamCreated: (created) => void births.push(created.getTime()),
      clock: () => new Date(now),
    });
    for (let n = 1; n <= 3; n += 1) {
      await broker.connect();
      await waitFor(() => births.length === n);
      now += 2 * 24 * 3600 * 1000;
    }
    expect(new Set(births).size).toBe(1);
  });
});
