import { PermanentError } from '@gittix/common/errors';
import type { OrderState } from '@gittix/common/events';
import { faultPoint } from '@gittix/common/fault-points';
import { changeAggregate, stageEvent } from '@gittix/common/outbox';
import type { TicketDocument } from '../data/ticket-model';
import { toState } from '../data/ticket-state';
import type { Deps } from '../deps';
import { availability, forgettable, isNewer, type OrderEntry } from '../domain/ticket';

/** Brings each ticket that an order names up to date with it: one conditional save per ticket, nothing when older. */
export async function recordOrder(deps: Deps, input: { order: OrderState; at: Date }): Promise<void> {
  const { order, at } = input;
  const entry: OrderEntry = {
    version: order.version,
    status: order.status,
    userId: order.userId,
    expiresAt: new Date(order.expiresAt),
    at,
  };
  for (const { ticketId } of order.items) {
    await changeAggregate({
      relay: deps.relay,
      load: () => loadNamed(deps, ticketId, order.id),
      decide: (ticket) => {
        if (!isNewer(entry, ticket.orders.get(order.id))) return false;
        const now = deps.now();
        ticket.orders.set(order.id, entry);
        for (const id of forgettable(ticket.orders, now)) ticket.orders.delete(id);
        const { status, reservedUntil, orderId } = availability(ticket.orders, ticket.withdrawnAt);
        ticket.set({ status, reservedUntil, orderId, updatedAt: now });
        stageEvent(ticket, { type: 'TicketUpdated', at: now, toData: (version) => toState(ticket, version) });
        return true;
      },
      moments: { saved: () => faultPoint('tickets.order.saved') },
    });
  }
}

/** Orders knows a ticket only from us, so an unknown one is no matter of time. */
async function loadNamed({ tickets }: Deps, ticketId: string, orderId: string): Promise<TicketDocument> {
  const doc = await tickets.findById(ticketId);
  if (!doc) throw new PermanentError(`order ${orderId} names ticket ${ticketId}, which does not exist`);
  return doc;
}
