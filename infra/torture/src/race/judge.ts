import { byTicket, tellLife } from '../invariants/holding';
import { DEAD, Findings, groupBy, LIVE, time, type Verdict } from '../invariants/verdict';
import type { Attempt, RoundEvidence } from './evidence';

/** What the race checks, from answers and database together; each is shown planted violations by its own test. */
export const CHECKS: Record<string, (evidence: RoundEvidence) => Verdict> = {
  'one live order per ticket': oneLiveOrder,
  'never two holders': neverTwoHolders,
  'what was granted is there': grantedIsThere,
  'what was refused left nothing': refusedLeftNothing,
  'a refusal had a holder': refusedForAReason,
  'one key, one order': oneOrderPerKey,
  'what was let go is free': releasedIsFree,
};

export const isGranted = ({ status }: Pick<Attempt, 'status'>) => status === 201 || status === 200;

/** As it stands when all has settled: nobody shares a ticket, and what somebody wanted alone to the end is held. */
function oneLiveOrder({ orders, wantedToTheEnd }: RoundEvidence): Verdict {
  const findings = new Findings();
  const live = byTicket(orders.filter(({ status }) => LIVE.includes(status)));
  for (const [ticketId, holders] of live) {
    findings.expect(holders.length === 1, `ticket ${ticketId} is held twice`, ...holders.map(tellLife));
  }
  for (const ticketId of wantedToTheEnd) {
    findings.expect(live.has(ticketId), `ticket ${ticketId} was wanted, yet nobody holds it`);
  }
  return findings;
}

/** A hold surely began when its buyer was answered, and lasted to the instant its end was decided: no two may overlap. */
function neverTwoHolders({ attempts, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const answered = new Map<string, number>();
  for (const { orderId, answeredAt } of attempts.filter(isGranted)) {
    if (orderId !== undefined) answered.set(orderId, Math.min(answeredAt, answered.get(orderId) ?? Infinity));
  }
  for (const [ticketId, sharing] of byTicket(orders)) {
    const holds = sharing
      .map((order) => ({
        order,
        from: answered.get(order.id) ?? Infinity,
        until: DEAD.includes(order.status) ? (order.timeline.at(-1)?.at ?? Infinity) : Infinity,
      }))
      .filter(({ from, until }) => from < until)
      .sort((a, b) => a.from - b.from);
    // By their beginnings in order, one that overlaps any later one overlaps its neighbour.
    const clash = holds.findIndex(({ until }, n) => (holds[n + 1]?.from ?? Infinity) < until);
    const story = clash < 0 ? [] : holds.slice(clash, clash + 2);
    findings.expect(
      clash < 0,
      `ticket ${ticketId} had two holders at a time`,
      ...story.map(({ order, from, until }) => `${time(from)} to ${time(until)}: ${tellLife(order)}`),
    );
  }
  return findings;
}

function grantedIsThere({ attempts, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const byId = new Map(orders.map((order) => [order.id, order]));
  for (const attempt of attempts.filter(isGranted)) {
    const order = byId.get(attempt.orderId ?? '');
    const asked = [...attempt.ticketIds].sort().join();
    const got = order?.items.map(({ ticketId }) => ticketId).sort();
    const fits = order?.userId === attempt.buyerId && got?.join() === asked;
    findings.expect(fits, `order ${attempt.orderId} was granted but is not there`, tellAttempt(attempt));
  }
  return findings;
}

/** Every order was granted to somebody, or may belong to a request that got no answer. */
function refusedLeftNothing({ attempts, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const granted = new Set(attempts.filter(isGranted).map(({ orderId }) => orderId));
  const unanswered = attempts.filter(({ status }) => status === undefined || status >= 500);
  for (const order of orders) {
    const maybe = unanswered.some(
      ({ buyerId, ticketIds }) =>
        buyerId === order.userId && order.items.every(({ ticketId }) => ticketIds.includes(ticketId)),
    );
    findings.expect(granted.has(order.id) || maybe, `nobody was granted order ${order.id}`, tellLife(order));
  }
  return findings;
}

/** While a refused request was under way, some order could have held one of its tickets. */
function refusedForAReason({ attempts, releases, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const done = releases.filter(({ status }) => status === 200);
  const released = new Map(done.map(({ orderId, answeredAt }) => [orderId, answeredAt]));
  const holders = byTicket(orders);
  for (const attempt of attempts.filter(({ status }) => status === 409)) {
    const reason = attempt.ticketIds
      .flatMap((id) => holders.get(id) ?? [])
      .some(
        ({ id, createdAt }) =>
          createdAt <= attempt.answeredAt && (released.get(id) ?? Infinity) >= attempt.sentAt,
      );
    findings.expect(reason, `${attempt.ticketIds.join(' ')}: refused, held by nobody`, tellAttempt(attempt));
  }
  return findings;
}

function oneOrderPerKey({ attempts, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const made = groupBy(orders, ({ request }) => request);
  const asked = groupBy(attempts, ({ buyerId, key }) => key && `${buyerId}:${key}`);
  for (const [request, twins] of asked) {
    const ids = new Set(twins.filter(isGranted).map(({ orderId }) => orderId));
    for (const { id } of made.get(request) ?? []) ids.add(id);
    findings.expect(ids.size <= 1, `key ${request} made ${ids.size} orders`, ...twins.map(tellAttempt));
    const firsts = twins.filter(({ status }) => status === 201);
    findings.expect(firsts.length <= 1, `key ${request} answered 201 twice`, ...twins.map(tellAttempt));
  }
  return findings;
}

function releasedIsFree({ releases, orders }: RoundEvidence): Verdict {
  const findings = new Findings();
  const byId = new Map(orders.map((order) => [order.id, order]));
  for (const { orderId } of releases.filter(({ status }) => status === 200)) {
    const order = byId.get(orderId);
    const free =
      order?.status === 'cancelled' && order.items.every((it) => !order.holds.includes(it.ticketId));
    findings.expect(free, `order ${orderId} was let go`, order ? tellLife(order) : 'it is not there');
  }
  return findings;
}

const tellAttempt = ({ buyerId, replica, ticketIds, key, sentAt, answeredAt, status, code }: Attempt) =>
  `${time(sentAt)} to ${time(answeredAt)}: ${buyerId} asked orders-${replica + 1} for ${ticketIds.join(' ')}` +
  `${key ? ` under ${key}` : ''}: ${status ?? 'no answer'} ${code ?? ''}`;
