import { on, type Listener } from '@gittix/common/service';
import { orderEventTypes } from '@gittix/common/events';
import type { Deps } from '../deps';
import { recordOrder } from '../use-cases/record-order';

/** Every order event carries the whole order, so all are handled alike. */
export const orderChanged = (deps: Deps): Listener =>
  on(orderEventTypes, (event) => recordOrder(deps, event.data));
