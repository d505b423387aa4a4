import type { Listener } from '@gittix/common/service';
import type { Deps } from '../deps';
import { expirationDue } from './expiration-due';
import { paymentChanged } from './payment-changed';
import { ticketChanged } from './ticket-changed';
import { userChanged } from './user-changed';

/** Everything orders listens to. */
export const listeners = (deps: Deps): Listener[] => [
  ticketChanged(deps),
  userChanged(deps),
  paymentChanged(deps),
  expirationDue(deps),
];
