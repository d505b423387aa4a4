import { Schema, type Connection, type HydratedDocument, type Model } from 'mongoose';
import { aggregatePlugin, type AggregateFields } from '@gittix/common/outbox';
import type { Availability, Listing, OrderEntry } from '../domain/ticket';

/** The ticket aggregate: one document, with what tickets knows of the orders that name it. */
export interface TicketRecord extends AggregateFields, Listing, Availability {
  sellerId: string;
  /** Of what was asked for under an Idempotency-Key; absent without one. */
  requestHash?: string;
  withdrawnAt?: Date;
  orders: Map<string, OrderEntry>;
  createdAt: Date;
  updatedAt: Date;
}

export type TicketDocument = HydratedDocument<TicketRecord>;
export type TicketModel = Model<TicketRecord>;

const money = { amount: { type: Number, required: true }, currency: { type: String, required: true } };

const orderEntry = new Schema<OrderEntry>(
  {
    version: { type: Number, required: true },
    status: { type: String, required: true },
    userId: { type: String, required: true },
    expiresAt: { type: Date, required: true },
    at: { type: Date, required: true },
  },
  { _id: false },
);

const schema = new Schema<TicketRecord>({
  title: { type: String, required: true },
  price: { type: money, required: true, _id: false },
  sellerId: { type: String, required: true },
  requestHash: String,
  venue: String,
  city: String,
  startsAt: Date,
  timeZone: String,
  category: String,
  section: String,
  row: String,
  seat: String,
  notes: String,
  status: { type: String, required: true },
  reservedUntil: Date,
  orderId: String,
  withdrawnAt: Date,
  // A Map, so that one order's entry is one `$set`.
  orders: { type: Map, of: orderEntry, default: () => new Map() },
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
});
schema.plugin(aggregatePlugin);
schema.index({ status: 1, createdAt: -1 });
schema.index({ status: 1, startsAt: 1 });
schema.index({ status: 1, 'price.amount': 1 });
schema.index({ sellerId: 1, createdAt: -1 });

export function ticketModel(connection: Connection): TicketModel {
  return connection.model<TicketRecord>('Ticket', schema, 'tickets');
}
