import { schema as auth } from '../../../../auth/src/config';
import { schema as client } from '../../../../client/src/server/config';
import { schema as expiration } from '../../../../expiration/src/config';
import { schema as orders } from '../../../../orders/src/config';
import { schema as payments } from '../../../../payments/src/config';
import { schema as tickets } from '../../../../tickets/src/config';
import { schema as stripeEmulator } from '../../../stripe-emulator/src/config';

/** The settings that each part of ours reads, as it checks them itself when it starts. */
export const SETTINGS = {
  auth,
  tickets,
  orders,
  payments,
  expiration,
  client,
  'stripe-emulator': stripeEmulator,
};
