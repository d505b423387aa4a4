import type { OrderStatus, PaymentStatus } from '@gittix/common/api';

/** What the order's page is about now. */
export type Phase = 'pay' | 'checking' | 'paid' | 'ending' | 'expired' | 'late' | 'cancelled' | 'refunded';

export interface PhaseFacts {
  status: OrderStatus;
  paymentStatus?: PaymentStatus | undefined;
  /** When the card was held, if it was. */
  authorizedAt?: string | undefined;
  /** The deadline has passed by the server's clock. */
  overdue: boolean;
  /** This tab sent a card, and no refusal came back: money may be on its way. */
  sent: boolean;
}

/**
 * The order alone says how a purchase ended; payment and tab only tell whether money may be on its way while it has not.
 * As long as it may, the person is never invited to pay.
 */
export function phaseOf({ status, paymentStatus, authorizedAt, overdue, sent }: PhaseFacts): Phase {
  switch (status) {
    case 'complete':
      return 'paid';
    case 'refunded':
      return 'refunded';
    case 'cancelled':
      return 'cancelled';
    case 'secured':
      return 'checking';
    case 'expired':
      if (authorizedAt !== undefined) return 'late';
      return sent && !isUnpaid(paymentStatus) ? 'late' : 'expired';
    case 'created':
      if (sent || paymentStatus === 'authorized' || paymentStatus === 'captured') return 'checking';
      return overdue ? 'ending' : 'pay';
  }
}

/** Nothing is held or charged, and nothing will be. */
const isUnpaid = (status: PaymentStatus | undefined) => status === 'voided' || status === 'failed';

/** The order is dead and its payment is not: a card sent too late may be held still. */
export function isBeingUndone({
  status,
  paymentStatus,
}: Pick<PhaseFacts, 'status' | 'paymentStatus'>): boolean {
  const isDead = status === 'expired' || status === 'cancelled';
  return isDead && paymentStatus !== undefined && paymentStatus !== 'refunded' && !isUnpaid(paymentStatus);
}

/** How often the page looks for news, in ms; 0 when there will be none. */
export function lookEvery(phase: Phase): number {
  switch (phase) {
    case 'checking':
    case 'ending':
      return 1_000;
    case 'pay':
      return 5_000;
    case 'paid':
      return 30_000;
    case 'expired':
    case 'late':
    case 'cancelled':
    case 'refunded':
      return 0;
  }
}
