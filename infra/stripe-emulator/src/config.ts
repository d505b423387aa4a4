import { loadConfig, processSettings } from '@gittix/common/config';
import { z } from 'zod';

const { HOST, PORT, LOG_LEVEL } = processSettings;

export const schema = z
  .object({
    HOST,
    PORT,
    LOG_LEVEL,
    // Live keys are refused: nobody may believe that money moves here.
    STRIPE_SECRET_KEY: z.string().regex(/^sk_test_\S+$/, 'must begin with sk_test_'),
    STRIPE_PUBLISHABLE_KEY: z.string().regex(/^pk_test_\S+$/, 'must begin with pk_test_'),
    /** Unset: events wait in the ledger until an address is given. */
    WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
    WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_\S+$/, 'must begin with whsec_')
      .optional(),
    LEDGER_FILE: z.string().min(1),
    /** How much later pending and failing refunds reach their end, unless somebody says when. */
    REFUND_SETTLE_MS: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1_000),
    /** The emulator's address as browsers see it. */
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
  })
  .refine(({ WEBHOOK_URL, WEBHOOK_SECRET }) => !WEBHOOK_URL || WEBHOOK_SECRET, {
    path: ['WEBHOOK_SECRET'],
    message: 'webhooks are signed',
  });

export type Config = z.infer<typeof schema>;

/** Throws ConfigError, naming every setting that does not fit. */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  return loadConfig(schema, env);
}
