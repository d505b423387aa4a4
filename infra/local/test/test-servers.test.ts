import { accepts } from '../src/servers/ports';

describe('the servers of a test run', () => {
  it.each(['TEST_MONGO_URL', 'TEST_NATS_URL', 'TEST_REDIS_URL'])(
    '%s names one that listens',
    async (name) => {
      const url = new URL(process.env[name] ?? '');
      await expect(accepts(Number(url.port), url.hostname)).resolves.toBe(true);
    },
  );
});
