import { Schema, type Connection, type HydratedDocument, type Model, type Types } from 'mongoose';
import type { CancelReason, Money, OrderItem, OrderStatus } from '@gittix/common/api';
import { aggregatePlugin, type AggregateFields } from '@gittix/common/outbox';

export interface TimelineRecord {
  at: Date;
  event: string;
  by: string;
  reason?: CancelReason;
}

/** The order aggregate: one document that is the order, the lock on its tickets and its outbox. */
export interface OrderRecord extends AggregateFields {
  _id: Types.ObjectId;
  userId: string;
  status: OrderStatus;
  items: OrderItem[];
  total: Money;
  createdAt: Date;
  expiresAt: Date;
  /** The tickets it holds; its own id once it is dead, for two empty lists would collide. */
  holds: string[];
  /** `<userId>:<Idempotency-Key>`, or its own id. */
  request: string;
  /** What was asked for, to tell a repeat from another request under the same key. */
  requestHash: string;
  reason?: CancelReason;
  timeline: TimelineRecord[];
}

export type OrderDocument = HydratedDocument<OrderRecord>;
export type OrderModel = Model<OrderRecord>;

const money = { amount: { type: Number, required: true }, currency: { type: String, required: true } };
const required = <T>(type: T) => ({ type, required: true });

const schema = new Schema<OrderRecord>({
  userId: required(String),
  status: required(String),
  items: [{ _id: false, ticketId: required(String), title: required(String), price: money }],
  total: money,
  createdAt: required(Date),
  expiresAt: required(Date),
  holds: [String],
  request: required(String),
  requestHash: required(String),
  reason: String,
  timeline: [
    { _id: false, at: required(Date), event: required(String), by: required(String), reason: String },
  ],
});
schema.plugin(aggregatePlugin);
// The lock: of all orders that name a ticket, one can hold it, and a cart gets all of its tickets or none.
schema.index({ holds: 1 }, { unique: true });
schema.index({ request: 1 }, { unique: true });
schema.index({ userId: 1, createdAt: -1, _id: -1 });
schema.index({ status: 1, expiresAt: 1 });
schema.index({ status: 1, _id: 1 });

export function orderModel(connection: Connection): OrderModel {
  return connection.model<OrderRecord>('Order', schema, 'orders');
}
