import type { Listener } from '@gittix/common/service';
import type { Deadlines } from '../queue/deadlines';
import { orderHeld } from './order-held';

/** Everything expiration listens to. */
export const listeners = (deps: { deadlines: Deadlines }): Listener[] => [orderHeld(deps)];
