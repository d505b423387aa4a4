import { on, type Listener } from '@gittix/common/service';
import type { Deps } from '../deps';
import { expireOrder } from '../use-cases/expire-order';

export const expirationDue = (deps: Deps): Listener =>
  on(['ExpirationDue'], (event) => expireOrder(deps, event.data.orderId));
