import { Schema, type Connection, type HydratedDocument, type Model } from 'mongoose';
import type { Money, PaymentStatus } from '@gittix/common/api';
import { aggregatePlugin, type AggregateFields } from '@gittix/common/outbox';
import type { Failure } from '../domain/intent';
import type { Call, CreateParameters } from '../domain/payment';

/** The payment aggregate, one per order for ever. */
export interface PaymentRecord extends AggregateFields {
  /** The order's id. */
  _id: string;
  userId: string;
  status: PaymentStatus;
  amount: Money;
  create: CreateParameters;
  intentId?: string;
  /** Whoever has it can pay; it never leaves in an event or a log. */
  clientSecret?: string;
  failure?: Failure;
  verdict?: 'voided' | 'failed';
  /** When the bank agreed to hold the money, by Stripe's clock. */
  authorizedAt?: Date;
  tries: Record<Call, number>;
  createKeyAt: Date;
  createStuck: boolean;
  /** Why a human should look at it. */
  attention?: string;
  /** The operator's refund. */
  refund?: { by: string; reason: string; at: Date };
  createdAt: Date;
  /** Bookkeeping of the sweeper, no part of the state: when it looks again, and how often it looked in vain. */
  nextCheckAt?: Date;
  checks: number;
}

export type PaymentDocument = HydratedDocument<PaymentRecord>;
export type PaymentModel = Model<PaymentRecord>;

const required = <T>(type: T) => ({ type, required: true });
const { Mixed } = Schema.Types;

const schema = new Schema<PaymentRecord>({
  _id: required(String),
  userId: required(String),
  status: required(String),
  amount: { amount: required(Number), currency: required(String) },
  // Mixed: read back as it was written, to the last field.
  create: required(Mixed),
  intentId: String,
  clientSecret: String,
  failure: Mixed,
  verdict: String,
  authorizedAt: Date,
  tries: {
    create: required(Number),
    capture: required(Number),
    cancel: required(Number),
    refund: required(Number),
  },
  createKeyAt: required(Date),
  createStuck: required(Boolean),
  attention: String,
  refund: Mixed,
  createdAt: required(Date),
  nextCheckAt: Date,
  checks: required(Number),
});
schema.plugin(aggregatePlugin);
schema.index({ intentId: 1 });
schema.index({ nextCheckAt: 1 });
schema.index({ createdAt: 1 });

export function paymentModel(connection: Connection): PaymentModel {
  return connection.model<PaymentRecord>('Payment', schema, 'payments');
}
