import { setTimeout as delay } from 'node:timers/promises';
import type { Money, Order } from '@gittix/common/api';
import { AppError } from '@gittix/common/errors';
import { faultPoint } from '@gittix/common/fault-points';
import { isDuplicateKey } from '@gittix/common/mongo';
import { saveAggregate } from '@gittix/common/outbox';
import { readBanned, readTickets, toResource, type OrderDocument } from '../data';
import type { Deps } from '../deps';
import { assess, distinctTickets, type TicketFacts } from '../domain/reservation';
import { type Draft, draftOrder } from './draft-order';
import { findHolder } from './held-tickets';
import { findRepeat, identifyRequest } from './repeated-request';
import { settleOrder } from './settle-order';

export interface CreateOrderInput {
  buyerId: string;
  ticketIds: string[];
  expectedTotal?: Money | undefined;
  idempotencyKey?: string | undefined;
}

/** A holder can come between our look and our insert, and go before the next look; then the tickets are free and we try again. */
const MOST_TRIES = 5;

/**
 * Reserves tickets: one insert, decided by the unique index on `holds`. A repeat of a request with an Idempotency-Key
 * answers the order of the first one (`created` false).
 */
export async function createOrder(
  deps: Deps,
  input: CreateOrderInput,
): Promise<{ order: Order; created: boolean }> {
  const ticketIds = distinctTickets(input.ticketIds);
  const identity = identifyRequest(input, ticketIds);
  const earlier = await findRepeat(deps, identity);
  if (earlier) return { order: toResource(earlier), created: false };

  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const tickets = await knownTickets(deps, ticketIds);
    const priced = await price(deps, input, tickets);
    // In a rush nearly everybody comes too late, and need not find out by a write.
    const refusal = await findHolder(deps, input.buyerId, ticketIds);
    const order = refusal ? undefined : await insert(deps, { ...priced, ...identity, userId: input.buyerId });
    if (order) return { order: toResource(await confirm(deps, order)), created: true };
    const repeated = await findRepeat(deps, identity);
    if (repeated) return { order: toResource(repeated), created: false };
    if (refusal) throw refusal;
  }
  throw new AppError('write_conflict');
}

/** The copies of all tickets; waits a little for one whose TicketCreated may still be on its way. */
async function knownTickets(deps: Deps, ticketIds: string[]): Promise<TicketFacts[]> {
  let tickets = await readTickets(deps.tickets, ticketIds);
  for (const pause of deps.ticketPausesMs) {
    if (tickets.length === ticketIds.length) return tickets;
    await delay(pause);
    tickets = await readTickets(deps.tickets, ticketIds);
  }
  if (tickets.length === ticketIds.length) return tickets;
  const unknown = ticketIds.filter((id) => !tickets.some((ticket) => ticket.id === id));
  throw new AppError('not_found', {
    message: `There is no ticket ${unknown.join(', ')}`,
    details: { ticketIds: unknown },
  });
}

/** What the buyer would get and pay now; throws when that may not be. */
async function price(deps: Deps, { buyerId, expectedTotal }: CreateOrderInput, tickets: TicketFacts[]) {
  const banned = await readBanned(deps.users, [buyerId]);
  return assess({ buyerId, buyerBanned: banned.has(buyerId), tickets, expectedTotal }, deps.now());
}

/** The order as it is stored; undefined when another has one of its tickets, or the same request has made one already. */
async function insert(deps: Deps, draft: Omit<Draft, 'now'>): Promise<OrderDocument | undefined> {
  // Its time begins after the end of whatever was found over on the way here.
  const order = draftOrder(deps, { ...draft, now: deps.now() });
  try {
    await saveAggregate(deps.relay, order, {
      saving: () => faultPoint('orders.reserve.saving'),
      saved: () => faultPoint('orders.reserve.saved'),
    });
    return order;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

/** A ban or a withdrawal that became known while we inserted ends the order at once; after a crash here the sweeper does it. */
async function confirm(deps: Deps, order: OrderDocument): Promise<OrderDocument> {
  await faultPoint('orders.reserve.confirming');
  const [banned, tickets] = await Promise.all([
    readBanned(deps.users, [order.userId]),
    readTickets(
      deps.tickets,
      order.items.map(({ ticketId }) => ticketId),
    ),
  ]);
  if (banned.size === 0 && !tickets.some(({ withdrawn }) => withdrawn)) return order;
  const settled = (await settleOrder(deps, order.id)) ?? order;
  if (settled.reason === 'buyer_banned' || settled.reason === 'ticket_withdrawn') {
    throw new AppError(settled.reason);
  }
  return settled;
}
