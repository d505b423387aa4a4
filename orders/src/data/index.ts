import type { Connection } from 'mongoose';
import { paymentCopies, ticketCopies, userCopies } from './copies';
import { orderModel } from './order-model';

export * from './copies';
export * from './order-model';
export * from './order-state';

/** Every collection of this service. */
export const createModels = (connection: Connection) => ({
  orders: orderModel(connection),
  tickets: ticketCopies(connection),
  users: userCopies(connection),
  payments: paymentCopies(connection),
});
export type Models = ReturnType<typeof createModels>;
