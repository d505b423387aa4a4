import type { Connection } from 'mongoose';
import { nightModel } from './night-model';
import { orderCopyModel } from './order-model';
import { paymentModel } from './payment-model';

/** Every collection of this service. */
export const createModels = (connection: Connection) => ({
  payments: paymentModel(connection),
  orders: orderCopyModel(connection),
  nights: nightModel(connection),
});
