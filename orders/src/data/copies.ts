import { Schema, type Connection, type Model } from 'mongoose';
import type { PaymentState, TicketState, UserState } from '@gittix/common/events';
import type { PaymentFacts } from '../domain/order';
import type { TicketFacts } from '../domain/reservation';

/**
 * What orders knows of other services' aggregates: their newest state as their events carried it, written by keepNewest.
 * The schemas name only what queries ask for; the documents hold everything.
 */
export type TicketCopies = Model<TicketState>;
export type UserCopies = Model<UserState>;
export type PaymentCopies = Model<PaymentState>;

const schemaOf = <T>() =>
  new Schema<T>({ _id: String } as never, { strict: false, versionKey: false, autoIndex: false });

export const ticketCopies = (connection: Connection): TicketCopies =>
  connection.model<TicketState>('TicketCopy', schemaOf<TicketState>(), 'tickets');
export const userCopies = (connection: Connection): UserCopies =>
  connection.model<UserState>('UserCopy', schemaOf<UserState>(), 'users');
export const paymentCopies = (connection: Connection): PaymentCopies =>
  connection.model<PaymentState>('PaymentCopy', schemaOf<PaymentState>(), 'payments');

/** The copies of these tickets that are here, in the order asked for. */
export async function readTickets(copies: TicketCopies, ids: string[]): Promise<TicketFacts[]> {
  const found = new Map((await readMany(copies, ids)).map((state) => [state.id, state]));
  return ids.flatMap((id) => {
    const state = found.get(id);
    return state ? [toTicketFacts(state)] : [];
  });
}

/** A user without a copy counts as not banned. */
export async function readBanned(copies: UserCopies, ids: string[]): Promise<Set<string>> {
  const banned = (await readMany(copies, ids)).filter(({ bannedAt }) => bannedAt !== undefined);
  return new Set(banned.map(({ id }) => id));
}

export async function readPayments(copies: PaymentCopies, ids: string[]): Promise<Map<string, PaymentFacts>> {
  return new Map((await readMany(copies, ids)).map((state) => [state.id, state]));
}

async function readMany<T extends { id: string }>(copies: Model<T>, ids: string[]): Promise<T[]> {
  if (ids.length === 0) return [];
  return copies.collection.find({ _id: { $in: [...new Set(ids)] } } as never).toArray() as unknown as Promise<
    T[]
  >;
}

/** Told by its own field: `status` is derived and hides a withdrawal while a late order holds the ticket. */
export function isWithdrawn({ status, withdrawnAt }: TicketState): boolean {
  return withdrawnAt !== undefined || status === 'withdrawn';
}

function toTicketFacts(state: TicketState): TicketFacts {
  const { id, title, price, sellerId, startsAt } = state;
  return { id, title, price, sellerId, startsAt, withdrawn: isWithdrawn(state) };
}
