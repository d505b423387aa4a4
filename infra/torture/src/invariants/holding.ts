import type { Evidence, OrderDocument } from '../evidence/evidence';
import { DEAD, Findings, groupBy, time, type Verdict } from './verdict';

/** When an order surely held its tickets: not before it was seen committed, not after the instant that ended it. */
interface Hold {
  order: OrderDocument;
  from: number;
  until: number;
}

/**
 * I1: per ticket at most one order is created, secured or complete at any time. The instant in `createdAt` is taken before
 * the insert, which may be much later when the process is paused between them; so a hold surely begins only when somebody
 * outside has seen it: the broker stored an event of it, or a client was answered. Its end is taken before the write, so
 * it surely still held then.
 */
export function oneHolderPerTicket(evidence: Evidence): Verdict {
  const findings = new Findings();
  const seen = firstSeen(evidence);
  for (const [ticketId, orders] of byTicket(evidence.orders)) {
    const holds = orders
      .map((order): Hold => ({ order, from: seen.get(order.id) ?? Infinity, until: endOf(order) }))
      .filter(({ from, until }) => from < until)
      .sort((a, b) => a.from - b.from);
    const [clash] = holds.flatMap((one, index) =>
      holds.slice(index + 1).flatMap((other) => (other.from < one.until ? [[one, other]] : [])),
    );
    findings.expect(clash === undefined, `ticket ${ticketId}`, ...(clash ?? []).map(tell));
  }
  return findings;
}

/** I3: per ticket at most one complete, unrefunded order ever. */
export function soldOnce({ orders }: Evidence): Verdict {
  const findings = new Findings();
  for (const [ticketId, sharing] of byTicket(orders)) {
    const sold = sharing.filter(
      ({ status, timeline }) =>
        status !== 'refunded' && timeline.some(({ event }) => event === 'OrderCompleted'),
    );
    findings.expect(sold.length <= 1, `ticket ${ticketId}`, ...sold.map(tellLife));
  }
  return findings;
}

function firstSeen({ stream, operations }: Evidence): Map<string, number> {
  const seen = new Map<string, number>();
  const see = (id: string, at: number) => seen.set(id, Math.min(at, seen.get(id) ?? Infinity));
  for (const { envelope, storedAt } of stream) {
    if (envelope?.id.startsWith('order.')) see(envelope.subject, storedAt);
  }
  for (const { kind, outcome, answer, endedAt } of operations) {
    if (kind === 'reserve' && outcome === 'ok' && answer) see(String(answer.id), endedAt);
  }
  return seen;
}

function endOf({ status, timeline }: OrderDocument): number {
  return DEAD.includes(status) ? (timeline.at(-1)?.at ?? Infinity) : Infinity;
}

/** The orders that ever named a ticket. */
export function byTicket(orders: OrderDocument[]): Map<string, OrderDocument[]> {
  const pairs = orders.flatMap((order) => order.items.map(({ ticketId }) => ({ ticketId, order })));
  const groups = groupBy(pairs, ({ ticketId }) => ticketId);
  return new Map([...groups].map(([id, group]) => [id, group.map(({ order }) => order)]));
}

const tell = ({ order, from, until }: Hold) =>
  `surely held from ${time(from)} to ${time(until)} by ${tellLife(order)}`;

export function tellLife({
  id,
  userId,
  timeline,
}: Pick<OrderDocument, 'id' | 'userId' | 'timeline'>): string {
  const life = timeline.map(({ at, event, reason }) => `${time(at)} ${event}${reason ? ` (${reason})` : ''}`);
  return `order ${id} of ${userId}: ${life.join(', ')}`;
}
