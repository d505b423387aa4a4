import { on, type Listener } from '@gittix/common/service';
import type { Deadlines } from '../queue/deadlines';

/** A new or extended order has a deadline. Jobs of earlier deadlines stay: their hints harm nothing. */
export const orderHeld = ({ deadlines }: { deadlines: Deadlines }): Listener =>
  on(['OrderCreated', 'OrderUpdated'], ({ data: { id, expiresAt } }) =>
    deadlines.plan({ orderId: id, expiresAt }),
  );
