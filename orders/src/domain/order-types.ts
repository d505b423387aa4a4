import type { CancelReason, Money, OrderStatus, PaymentStatus, Role } from '@gittix/common/api';
import type { ErrorCode } from '@gittix/common/errors';

/** What a decision about an order is made from. */
export interface OrderFacts {
  id: string;
  userId: string;
  status: OrderStatus;
  total: Money;
  createdAt: Date;
  expiresAt: Date;
}

/** What orders knows of the payment of an order: its copy of payments' state. */
export interface PaymentFacts {
  orderId: string;
  userId: string;
  status: PaymentStatus;
  amount: Money;
}

/** Somebody who asks for a change. */
export interface Person {
  userId: string;
  role: Role;
}

export type Command =
  /** The buyer wants more time; `ttlMs` is the length of a first hold. */
  | { type: 'extend'; by: Person; ttlMs: number }
  /** The buyer or an operator gives the tickets back. */
  | { type: 'cancel'; by: Person }
  /** A ticket was withdrawn or the buyer banned, and the order was not in time to know. */
  | { type: 'revoke'; reason: Extract<CancelReason, 'ticket_withdrawn' | 'buyer_banned'> }
  | { type: 'expire' }
  /** The payment's verdicts, see payment-verdict.ts. */
  | { type: 'secure' | 'complete' | 'fail' | 'refund'; payment: PaymentFacts };

export type CommandType = Command['type'];
export type OrderEvent =
  | 'OrderUpdated'
  | 'OrderSecured'
  | 'OrderCompleted'
  | 'OrderCancelled'
  | 'OrderExpired'
  | 'OrderRefunded';

/** The next state of an order and the one event that tells of it. */
export interface Change {
  status: OrderStatus;
  event: OrderEvent;
  /** Who caused it, for the timeline. */
  by: string;
  expiresAt?: Date;
  reason?: CancelReason;
}

export type Decision =
  | { kind: 'change'; change: Change }
  /** Nothing to do: a repeat of what already happened, or a fact that does not concern an order in this state. */
  | { kind: 'nothing' }
  | { kind: 'refused'; code: ErrorCode };
