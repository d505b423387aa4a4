import type { Listener } from '@gittix/common/service';
import type { Deps } from '../deps';
import { orderChanged } from './order-changed';

/** Everything payments listens to. */
export const listeners = (deps: Deps): Listener[] => [orderChanged(deps)];
