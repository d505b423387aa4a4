import type { PaymentStatus } from '@gittix/common/api';
import type { Command, OrderFacts, PaymentFacts } from './order';

/** What the state of a payment asks of its order; the states on the way there and those after an undone hold ask nothing. */
const VERDICTS: Record<PaymentStatus, 'secure' | 'complete' | 'fail' | 'refund' | undefined> = {
  started: undefined,
  authorized: 'secure',
  captured: 'complete',
  voiding: undefined,
  voided: undefined,
  failed: 'fail',
  refunding: undefined,
  refunded: 'refund',
};

/**
 * The command that follows from orders' copy of the payment, whatever event brought it: listeners and the sweeper ask here,
 * so a verdict that came before the order was ready for it is met again.
 */
export function paymentVerdict(payment: PaymentFacts | undefined): Command | undefined {
  const type = payment && VERDICTS[payment.status];
  return type && { type, payment };
}

/** Everything orders knows about an order from elsewhere. */
export interface Surroundings {
  payment?: PaymentFacts | undefined;
  buyerBanned: boolean;
  ticketWithdrawn: boolean;
}

/**
 * Commands to try in this order, by what is known now. The payment goes first: a hold on the card that arrived before
 * `expire` was committed wins, even after the deadline.
 */
export function dueCommands(
  order: OrderFacts,
  { payment, buyerBanned, ticketWithdrawn }: Surroundings,
): Command[] {
  const commands: Command[] = [];
  const verdict = paymentVerdict(payment);
  if (verdict) commands.push(verdict);
  if (order.status === 'created') {
    if (buyerBanned) commands.push({ type: 'revoke', reason: 'buyer_banned' });
    if (ticketWithdrawn) commands.push({ type: 'revoke', reason: 'ticket_withdrawn' });
    commands.push({ type: 'expire' });
  }
  return commands;
}
