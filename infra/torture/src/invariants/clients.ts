import type { Evidence, Operation } from '../evidence/evidence';
import { canonical, Findings, groupBy, time, type Verdict } from './verdict';

const tell = ({
  client,
  kind,
  target,
  status,
  code,
  outcome,
  startedAt,
  endedAt,
  idempotencyKey,
  error,
}: Operation) =>
  `${time(startedAt)}-${time(endedAt)} ${client} ${kind} ${target ?? ''}${idempotencyKey ? ` key ${idempotencyKey}` : ''}: ${outcome} ${status ?? ''} ${code ?? error ?? ''}`;

/** I12: in quiet what was acknowledged to a client is there, what was refused is not, and one Idempotency-Key has one effect. */
export function answersAreTrue(evidence: Evidence): Verdict {
  const findings = new Findings();
  const honest = evidence.operations.filter(({ role }) => role !== 'thief');
  for (const operation of honest) {
    if (operation.outcome === 'ok') checkAcknowledged(operation, evidence, findings);
  }
  checkRefusedTitles(honest, evidence, findings);
  checkListings(honest, evidence, findings);
  checkKeys(honest, evidence, findings);
  return findings;
}

const indexes = new WeakMap<Evidence, ReturnType<typeof indexOf>>();

function indexOf({ users, tickets, orders, payments, stream }: Evidence) {
  const byId = <T extends { id: string }>(items: T[]) => new Map(items.map((item) => [item.id, item]));
  return {
    users: byId(users),
    tickets: byId(tickets),
    orders: byId(orders),
    payments: byId(payments),
    events: new Map(stream.map(({ envelope }) => [envelope?.id, envelope?.data])),
  };
}

function checkAcknowledged(operation: Operation, evidence: Evidence, findings: Findings): void {
  const index = indexes.get(evidence) ?? indexOf(evidence);
  indexes.set(evidence, index);
  const { kind, answer, target, userId } = operation;
  const isThere = (there: boolean, what: string) =>
    findings.expect(there, `${kind} of ${operation.client}`, tell(operation), what);
  switch (kind) {
    case 'sign-up':
      return isThere(index.users.has(userId), `there is no user ${userId}`);
    case 'start-payment':
      return isThere(index.payments.has(target ?? ''), `there is no payment of order ${target}`);
    case 'cancel':
      isThere(index.orders.get(target ?? '')?.status === 'cancelled', 'the order is not cancelled');
      break;
    case 'withdraw':
      isThere(index.tickets.get(target ?? '')?.withdrawn === true, 'the ticket is not withdrawn');
      break;
    case 'list':
    case 'edit':
    case 'show-ticket':
    case 'reserve':
    case 'show-order':
    case 'extend':
      break;
    case 'refund':
      return isThere(
        index.payments.get(target ?? '')?.status === 'refunded',
        `the payment is ${index.payments.get(target ?? '')?.status}`,
      );
    case 'sign-in':
    case 'who-am-i':
    case 'page':
    case 'search':
    case 'confirm':
    case 'authenticate':
    case 'show-payment':
      return;
  }
  const isOrder = ['reserve', 'show-order', 'extend', 'cancel'].includes(kind);
  const id = String(answer?.id);
  const eventId = `${isOrder ? 'order' : 'ticket'}.${id}.${String(answer?.version)}`;
  const committed = index.events.get(eventId);
  if (!committed) return isThere(false, `${eventId} was answered and is nowhere`);
  isThere(
    asAnswered(committed) === asAnswered(answer ?? {}),
    `answered ${canonical(answer)}, committed as ${eventId}: ${canonical(committed)}`,
  );
}

/** Which order holds a ticket is told to its buyer only. */
const asAnswered = ({ orderId: _private, ...state }: Record<string, unknown>) => canonical(state);

/** Each title belongs to one listing, however often that was sent under its key: it makes one ticket. */
function checkListings(operations: Operation[], { stream, tickets }: Evidence, findings: Findings): void {
  const states = [
    ...stream.flatMap(({ envelope }) => envelope?.data ?? []),
    ...tickets.map(({ last }) => last),
  ];
  const titled = groupBy(states, (state) => (typeof state?.title === 'string' ? state.title : undefined));
  const listed = groupBy(operations, ({ kind, title }) => (kind === 'list' ? title : undefined));
  for (const [title, tries] of listed) {
    const made = new Set((titled.get(title) ?? []).map((state) => String(state?.id)));
    for (const { outcome, answer } of tries) if (outcome === 'ok') made.add(String(answer?.id));
    findings.expect(
      made.size <= 1,
      `listing "${title}"`,
      ...tries.map(tell),
      `tickets: ${[...made].join(', ')}`,
    );
  }
}

/** Each title was sent in one listing or edit only: refused, it must be nowhere. */
function checkRefusedTitles(
  operations: Operation[],
  { stream, tickets }: Evidence,
  findings: Findings,
): void {
  const titles = new Set([
    ...stream.map(({ envelope }) => envelope?.data.title),
    ...tickets.map(({ last }) => last?.title),
  ]);
  for (const operation of operations) {
    if (operation.outcome !== 'fail' || operation.title === undefined) continue;
    findings.expect(
      !titles.has(operation.title),
      `${operation.kind} of ${operation.client}`,
      tell(operation),
      `refused, but "${operation.title}" is there`,
    );
  }
}

/** Reasons of a cancel that orders itself decides on, when it looks again after the insert. */
const REVOKED = ['ticket_withdrawn', 'buyer_banned'];

function checkKeys(operations: Operation[], { orders }: Evidence, findings: Findings): void {
  const requests = groupBy(orders, ({ request }) => request);
  const attempts = groupBy(operations, ({ kind, userId, idempotencyKey }) =>
    kind === 'reserve' && idempotencyKey ? `${userId}:${idempotencyKey}` : undefined,
  );
  for (const [request, tries] of attempts) {
    const made = requests.get(request) ?? [];
    const answered = new Set(
      tries.flatMap(({ outcome, answer }) => (outcome === 'ok' ? [String(answer?.id)] : [])),
    );
    const story = [...tries.map(tell), `orders made: ${made.map(({ id }) => id).join(', ') || 'none'}`];
    const about = `Idempotency-Key ${request}`;
    findings.expect(made.length <= 1 && answered.size <= 1, about, ...story);
    findings.expect(
      [...answered].every((id) => made.some((order) => order.id === id)),
      about,
      ...story,
    );
    // One that was made and cancelled within the refused request, for a withdrawal seen only after the insert, had no effect.
    const lasting = made.filter(({ timeline }) => !REVOKED.includes(timeline.at(-1)?.reason ?? ''));
    if (tries.every(({ outcome }) => outcome === 'fail')) {
      findings.expect(lasting.length === 0, about, ...story);
    }
  }
}

const REFUSALS = [401, 403, 404];

/** I16: another person's id gives 401, 403 or 404 and changes nothing. */
export function thievesGetNothing({ operations, orders, payments, stream }: Evidence): Verdict {
  const findings = new Findings();
  const attempts = operations.filter(
    ({ role, kind }) => role === 'thief' && !['sign-up', 'search'].includes(kind),
  );
  for (const attempt of attempts) {
    findings.expect(
      attempt.outcome === 'unknown' || REFUSALS.includes(attempt.status ?? 0),
      `${attempt.kind} of ${attempt.client}`,
      tell(attempt),
      ...(attempt.answer ? [canonical(attempt.answer)] : []),
    );
  }
  const thieves = new Set(attempts.map(({ userId }) => userId));
  const titles = new Set(attempts.flatMap(({ title }) => (title === undefined ? [] : [title])));
  for (const { id, userId, timeline } of orders) {
    const trace = timeline.find(({ by }) => thieves.has(by.split(':')[1] ?? ''));
    findings.expect(
      !thieves.has(userId) && !trace,
      `order ${id}`,
      `changed by a thief: ${canonical(trace ?? userId)}`,
    );
  }
  for (const { id, userId } of payments) {
    findings.expect(!thieves.has(userId), `payment ${id}`, `begun by thief ${userId}`);
  }
  for (const { seq, envelope, body } of stream) {
    const title = envelope?.data.title;
    if (typeof title === 'string') findings.expect(!titles.has(title), `stream seq ${seq}`, body);
  }
  return findings;
}

/** What browsers ask the payment provider: its faults are not ours. */
const isElsewhere = ({ kind }: Operation) => kind === 'confirm' || kind === 'authenticate';

/** Beyond the numbered ones: a fault of a server is 503, or no answer, and never 500. */
export function neverAFaultOfOurs({ operations }: Evidence): Verdict {
  const findings = new Findings();
  for (const operation of operations) {
    if (operation.status === undefined || isElsewhere(operation)) continue;
    findings.expect(
      operation.status < 500 ||
        operation.status === 503 ||
        (operation.status === 500 && operation.thrownAt !== undefined),
      `${operation.kind} of ${operation.client}`,
      tell(operation),
    );
  }
  return findings;
}

const LONGEST_MS = 10_000;

/** Beyond the numbered ones: whatever is dead or hangs, whoever asks has an answer within 10 s. */
export function noneWaitsForEver({ operations }: Evidence): Verdict {
  const findings = new Findings();
  for (const operation of operations) {
    if (isElsewhere(operation)) continue;
    const waited = operation.endedAt - operation.startedAt;
    findings.expect(
      waited <= LONGEST_MS,
      `${operation.kind} of ${operation.client}`,
      `waited ${(waited / 1000).toFixed(1)} s`,
      tell(operation),
    );
  }
  return findings;
}
