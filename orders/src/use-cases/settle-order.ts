import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate } from '@gittix/common/outbox';
import { readBanned, readPayments, readTickets, toFacts, type OrderDocument } from '../data';
import type { Deps } from '../deps';
import { decide } from '../domain/order';
import { dueCommands, type Surroundings } from '../domain/payment-verdict';
import { stageChange } from './stage-change';

export type SettleDeps = Pick<Deps, 'orders' | 'tickets' | 'users' | 'payments' | 'relay' | 'now'>;

/** A payment can be two steps ahead (held, then captured); more never follow from one set of facts. */
const MOST_STEPS = 3;

/**
 * Brings an order to where the facts known now lead it: what its payment decided, a ban, a withdrawal, its deadline. Every
 * listener and the sweeper come here, and only stored facts count, so any hint may be late, doubled or missing.
 * Answers the order as it is then, or null when there is none.
 */
export async function settleOrder(deps: SettleDeps, orderId: string): Promise<OrderDocument | null> {
  for (let step = 1; ; step++) {
    const { doc, changed } = await settleOneStep(deps, orderId);
    if (!changed || step === MOST_STEPS) return doc;
  }
}

function settleOneStep(deps: SettleDeps, orderId: string) {
  let surroundings: Surroundings = { buyerBanned: false, ticketWithdrawn: false };
  return changeAggregate({
    relay: deps.relay,
    load: async () => {
      const order = await deps.orders.findById(orderId);
      if (order) surroundings = await readSurroundings(deps, order);
      return order;
    },
    decide: (order) => order !== null && stageDueChange(order, surroundings, deps.now()),
    moments: { saved: (order) => (order ? settled(order) : undefined) },
  });
}

function stageDueChange(order: OrderDocument, surroundings: Surroundings, now: Date): boolean {
  const facts = toFacts(order);
  for (const command of dueCommands(facts, surroundings)) {
    const decision = decide(facts, command, now);
    if (decision.kind !== 'change') continue;
    stageChange(order, decision.change, now);
    return true;
  }
  return false;
}

function settled({ status, reason }: OrderDocument): Promise<void> | void {
  switch (status) {
    case 'expired':
      return faultPoint('orders.expire.saved');
    case 'secured':
      return faultPoint('orders.secure.saved');
    case 'complete':
      return faultPoint('orders.complete.saved');
    case 'refunded':
      return faultPoint('orders.refund.saved');
    case 'cancelled':
      return reason === 'payment_failed'
        ? faultPoint('orders.fail.saved')
        : faultPoint('orders.revoke.saved');
    case 'created':
      return;
  }
}

async function readSurroundings(deps: SettleDeps, order: OrderDocument): Promise<Surroundings> {
  // A ban or a withdrawal concerns only an order that nobody has paid for yet.
  const open = order.status === 'created';
  const [payments, banned, tickets] = await Promise.all([
    readPayments(deps.payments, [order.id]),
    readBanned(deps.users, open ? [order.userId] : []),
    readTickets(deps.tickets, open ? order.items.map(({ ticketId }) => ticketId) : []),
  ]);
  return {
    payment: payments.get(order.id),
    buyerBanned: banned.size > 0,
    ticketWithdrawn: tickets.some(({ withdrawn }) => withdrawn),
  };
}
