import { on, type Listener } from '@gittix/common/service';
import { paymentEventTypes } from '@gittix/common/events';
import type { Deps } from '../deps';
import { recordPayment } from '../use-cases/record-payment';

/** Every payment event carries the whole payment; its type decides nothing. */
export const paymentChanged = (deps: Deps): Listener =>
  on(paymentEventTypes, (event) => recordPayment(deps, event.data));
