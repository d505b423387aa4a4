import { repeat, type Repeating } from '@gittix/common/lifecycle';
import type { CompareDeps } from './deps';
import { claimNight, type NightDeps } from './use-cases/claim-night';
import { compareWithStripe, type Comparison } from './use-cases/compare-with-stripe';

const MINUTE_MS = 60_000;
/** Two nights: what one run missed, the next sees. */
const LOOK_BACK_MS = 48 * 3_600_000;

export interface NightlyOptions {
  /** Of the day, UTC. */
  hour: number;
  /** Told the figures of each run. */
  onDone: (comparison: Comparison) => void;
  everyMs?: number;
}

/** Once a night one replica compares everything with Stripe. It gives no stray money back: that takes a human and --fix. */
export function startNightly(
  deps: CompareDeps & NightDeps,
  { hour, onDone, everyMs = MINUTE_MS }: NightlyOptions,
): Repeating {
  const compare = async () => {
    const since = new Date(deps.now().getTime() - LOOK_BACK_MS);
    const comparison = await compareWithStripe(deps, { since, fix: false });
    const { differences, ...figures } = comparison;
    for (const difference of differences) deps.logger.error({ ...difference }, 'a payment needs a human');
    deps.logger.info({ ...figures, differences: differences.length }, 'compared with stripe');
    onDone(comparison);
  };
  return repeat({
    name: 'the nightly comparison with Stripe',
    everyMs,
    logger: deps.logger,
    work: async () => {
      await claimNight(deps, 'reconcile', hour, compare);
    },
  });
}
