import { z } from 'zod';
import { loadConfig, positiveInt } from '@gittix/common/config';
import { serviceSettings } from '@gittix/common/service';

export const schema = z.object({
  ...serviceSettings,
  /** How long a new order holds its tickets. */
  ORDER_TTL_SECONDS: positiveInt.max(7 * 24 * 3600).default(900),
  /** Pause between two rounds of the sweeper. */
  SWEEP_MS: positiveInt.max(60_000).default(2_000),
});

/** Settings from the environment; throws ConfigError naming all that are wrong. */
export const readConfig = () => loadConfig(schema, process.env);
