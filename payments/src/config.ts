import { z } from 'zod';
import { loadConfig } from '@gittix/common/config';
import { serviceSettings } from '@gittix/common/service';

const webhookSecrets = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine(
    (secrets) => secrets.every((secret) => secret !== ''),
    'name at least one secret, separated by commas',
  );

export const schema = z.object({
  ...serviceSettings,
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_PUBLISHABLE_KEY: z.string(),
  /** Comma separated; several while they are rotated. */
  STRIPE_WEBHOOK_SECRETS: webhookSecrets,
  /** Where Stripe's API is; unset: Stripe itself. */
  STRIPE_API_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Hour of the day, UTC, at which everything is compared with Stripe. */
  RECONCILE_AT_HOUR: z.coerce.number().int().min(0).max(23).default(3),
  /** What the browser loads; the emulator serves its own. */
  STRIPE_JS_URL: z.url({ protocol: /^https?$/ }).default('https://js.stripe.com/v3/'),
});

export const readConfig = () => loadConfig(schema, process.env);
