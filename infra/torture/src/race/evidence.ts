import type { OrderDocument } from '../evidence/evidence';

/** One request to reserve and its answer, as the client saw it. Times in ms since 1970. */
export interface Attempt {
  buyerId: string;
  replica: 0 | 1;
  ticketIds: string[];
  key?: string;
  sentAt: number;
  answeredAt: number;
  /** Undefined: no answer, so nobody knows whether it happened. */
  status: number | undefined;
  code?: string;
  orderId?: string;
}

/** The buyer let go of an order. */
export interface Release {
  orderId: string;
  sentAt: number;
  answeredAt: number;
  status: number | undefined;
}

/** All that is known of one round: what clients saw, and what the database of orders held when all had settled. */
export interface RoundEvidence {
  readAt: number;
  attempts: Attempt[];
  releases: Release[];
  /** Every order that names a ticket of the round. */
  orders: OrderDocument[];
  /** Tickets that somebody wanted alone in a heat nobody was let go from: each must be held by exactly one order. */
  wantedToTheEnd: string[];
}
