import { z } from 'zod';
import { loadConfig } from '@gittix/common/config';
import { workerSettings } from '@gittix/common/service';

export const schema = z.object({
  ...workerSettings,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  /** Begins every key of ours, so that several installations can share a Redis. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('gittix'),
});

/** Settings from the environment; throws ConfigError naming all that are wrong. */
export const readConfig = () => loadConfig(schema, process.env);
