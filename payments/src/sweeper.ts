import { repeat, type Repeating } from '@gittix/common/lifecycle';
import type { Deps } from './deps';
import { checkDue } from './use-cases/check-due';
import { createNewsReader } from './use-cases/read-news';

/** Looks every second what is due, in every replica: whatever else is lost, this is what always comes. */
export function startSweeper(deps: Deps, everyMs = 1_000): Repeating {
  return repeat({ name: 'payment sweep', everyMs, logger: deps.logger, work: () => checkDue(deps) });
}

/** Asks Stripe every three seconds what happened, in every replica: then no sale waits for a webhook. */
export function startNewsReader(deps: Deps, everyMs = 3_000): Repeating {
  const work = createNewsReader(deps);
  return repeat({ name: 'reading news of Stripe', everyMs, logger: deps.logger, work });
}
