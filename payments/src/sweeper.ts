import { repeat, type Repeating } from '@gittix/common/lifecycle';
import type { Deps } from './deps';
import { checkDue } from './use-cases/check-due';

/** Looks every second what is due, in every replica: webhooks and events may be lost, this is what always comes. */
export function startSweeper(deps: Deps, everyMs = 1_000): Repeating {
  return repeat({ name: 'payment sweep', everyMs, logger: deps.logger, work: () => checkDue(deps) });
}
