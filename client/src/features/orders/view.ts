import type { CancelReason, Money, OrderStatus, PaymentStatus } from '@gittix/common/api';
import type { EventTime } from '../../time/format';

export interface OrderItemView {
  ticketId: string;
  title: string;
  price: Money;
  starts?: EventTime | undefined;
  place?: string | undefined;
  seat?: string | undefined;
}

export interface OrderView {
  id: string;
  version: number;
  status: OrderStatus;
  items: OrderItemView[];
  total: Money;
  createdAt: string;
  expiresAt: string;
  reason?: CancelReason | undefined;
  paymentStatus?: PaymentStatus | undefined;
  /** When the buyer's card was held, if it was. */
  authorizedAt?: string | undefined;
  timeline: { at: string; event: string }[];
  /** False when the hold was extended as often as it may be. */
  canExtend: boolean;
}

export interface OrderGroup {
  name: 'toPay' | 'upcoming' | 'past';
  orders: OrderView[];
}
