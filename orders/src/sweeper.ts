import { repeat, type Repeating } from '@gittix/common/lifecycle';
import type { Deps } from './deps';
import { expireOverdue, redecide } from './use-cases/sweep-orders';

const OVERDUE_PER_ROUND = 500;
const UNDECIDED_PER_ROUND = 1_000;

/** Runs in every replica: whatever hint, event or process was lost, orders still end in time. Bounded per round. */
export function startSweeper(deps: Deps, everyMs: number): Repeating {
  let position: string | undefined;
  return repeat({
    name: 'order sweep',
    everyMs,
    logger: deps.logger,
    work: async () => {
      const expired = await expireOverdue(deps, OVERDUE_PER_ROUND);
      if (expired > 0) deps.logger.info({ orders: expired }, 'settled overdue orders');
      position = await redecide(deps, UNDECIDED_PER_ROUND, position);
    },
  });
}
