import { aggregatePlugin, type AggregateFields } from '@gittix/common/outbox';
import { Schema, type Connection, type HydratedDocument, type Model } from 'mongoose';
import type { PublicUser } from '../domain/user';

export interface UserFields extends AggregateFields, Omit<PublicUser, 'id'> {
  /** Normalised e-mail (domain/email.ts), what makes an account unique. */
  emailKey: string;
  passwordHash: string;
}

export type UserDocument = HydratedDocument<UserFields>;
export type UserModel = Model<UserFields>;

const schema = new Schema<UserFields>({
  email: { type: String, required: true },
  emailKey: { type: String, required: true },
  // Left out unless asked for by name: only signing in needs it.
  passwordHash: { type: String, required: true, select: false },
  role: { type: String, enum: ['user', 'admin'], required: true },
  createdAt: { type: Date, required: true },
});
// The only guard against two accounts of one e-mail, whoever else is signing up at the same instant.
schema.index({ emailKey: 1 }, { unique: true });
schema.plugin(aggregatePlugin);

export function userModel(connection: Connection): UserModel {
  return connection.model<UserFields>('User', schema, 'users');
}
