import type { OrderStatus } from '@gittix/common/api';
import type { Rules } from './rules';
import { BUYER, clock, commitOrder, orderFacts, paymentCopy, type Saga } from './saga';

/** A replica of orders that has decided and is about to save: with the version it decided on. */
export interface OrderWork {
  kind: 'save';
  base: number;
  status: OrderStatus;
}

/**
 * What settling an order comes to: its copies read, decided, not yet saved; nothing where nothing is due. Loading the order
 * is no step of its own, since a save after which the order changed again meets the version check and begins anew.
 */
export function settle(saga: Saga, rules: Rules): OrderWork | null {
  if (!saga.order) return null;
  const order = orderFacts(saga.order.status);
  const payment = saga.paymentCopy === null ? undefined : paymentCopy(saga.paymentCopy);
  const commands = rules.dueCommands(order, { payment, buyerBanned: false, ticketWithdrawn: false });
  for (const command of commands) {
    const decision = rules.decide(order, command, clock(saga));
    if (decision.kind === 'change') {
      return { kind: 'save', base: saga.order.version, status: decision.change.status };
    }
  }
  return null;
}

/** The buyer gives the ticket back; one step, because its decision depends on nothing but the order it is saved over. */
export function cancelByBuyer(saga: Saga, rules: Rules): Saga | null {
  if (!saga.order) return null;
  const by = { userId: BUYER, role: 'user' as const };
  const decision = rules.decide(orderFacts(saga.order.status), { type: 'cancel', by }, clock(saga));
  return decision.kind === 'change' ? commitOrder(saga, decision.change.status) : null;
}

export const isOutdated = (work: OrderWork, { order }: Saga) => order?.version !== work.base;
