import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testJwks } from './session';

/** Settings of the pages' server for this test file: all services at `url`, but auth, which is down in all these tests. */
export async function configure(url: string): Promise<void> {
  Object.assign(process.env, {
    AUTH_URL: await deadAddress(),
    TICKETS_URL: url,
    ORDERS_URL: url,
    PAYMENTS_URL: url,
    API_TIMEOUT_MS: '400',
    JWKS: testJwks(),
    STRIPE_JS_ORIGIN: 'http://127.0.0.1:9999/v3/',
    LOG_LEVEL: 'silent',
  });
}

/** A port nobody listens on any more. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
