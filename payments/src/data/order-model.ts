import { Schema, type Connection, type Model } from 'mongoose';
import type { OrderState } from '@gittix/common/events';

/** Payments' copy of an order, kept by `keepNewest`: the whole state as its newest event carried it. */
export type OrderCopy = OrderState & { _id: string };
export type OrderCopyModel = Model<OrderCopy>;

const schema = new Schema<OrderCopy>({ _id: String, version: Number }, { strict: false, versionKey: false });

export function orderCopyModel(connection: Connection): OrderCopyModel {
  return connection.model<OrderCopy>('OrderCopy', schema, 'orders');
}

/** The copy, or null while no event of this order has arrived. */
export function findOrder(orders: OrderCopyModel, orderId: string): Promise<OrderCopy | null> {
  return orders.findById(orderId).lean<OrderCopy>().exec();
}
