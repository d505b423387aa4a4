import { testJwks } from './session';

/** Below those that are given to whoever asks for any: nobody comes to listen there. */
const NOBODY = 'http://127.0.0.1:1';

/** Settings of the pages' server for this test file: all services at `url`, but auth, which is down in all these tests. */
export function configure(url: string, { apiTimeoutMs = 15_000 } = {}): void {
  Object.assign(process.env, {
    AUTH_URL: NOBODY,
    TICKETS_URL: url,
    ORDERS_URL: url,
    PAYMENTS_URL: url,
    API_TIMEOUT_MS: String(apiTimeoutMs),
    JWKS: testJwks(),
    STRIPE_JS_ORIGIN: 'http://127.0.0.1:9999/v3/',
    LOG_LEVEL: 'silent',
  });
}
