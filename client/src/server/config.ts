import { loadConfig, positiveInt, processSettings, tokenSettings } from '@gittix/common/config';
import { z } from 'zod';

const address = z.url({ protocol: /^https?$/ });

export const schema = z.object({
  /** Where the services are, as this process reaches them; the names they have in the cluster unless told otherwise. */
  AUTH_URL: address.default('http://auth:3000'),
  TICKETS_URL: address.default('http://tickets:3000'),
  ORDERS_URL: address.default('http://orders:3000'),
  PAYMENTS_URL: address.default('http://payments:3000'),
  /** How long a page waits for a service before it says so. */
  API_TIMEOUT_MS: positiveInt.default(4_000),
  /** Where Stripe.js comes from when it is not Stripe itself: the emulator's origin as browsers see it. */
  STRIPE_JS_ORIGIN: address.transform((url) => new URL(url).origin).optional(),
  LOG_LEVEL: processSettings.LOG_LEVEL,
  ...tokenSettings,
});

export type Config = z.infer<typeof schema>;

let config: Config | undefined;

/** The settings of this process; read at the first request, because `next build` loads the pages without any. */
export function getConfig(): Config {
  config ??= loadConfig(schema, process.env);
  return config;
}
