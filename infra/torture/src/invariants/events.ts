import type { Aggregate, Evidence, StreamEvent } from '../evidence/evidence';
import { canonical, Findings, groupBy, type Verdict } from './verdict';

interface Owned {
  kind: string;
  document: Aggregate;
}

export const owned = ({ users, tickets, orders, payments }: Evidence): Owned[] => [
  ...users.map((document) => ({ kind: 'user', document })),
  ...tickets.map((document) => ({ kind: 'ticket', document })),
  ...orders.map((document) => ({ kind: 'order', document })),
  ...payments.map((document) => ({ kind: 'payment', document })),
];

const keyOf = ({ kind, document }: Owned) => `${kind}.${document.id}`;
const streamKey = ({ envelope }: StreamEvent) => envelope?.id.split('.').slice(0, 2).join('.');

/** I2: versions of an aggregate step by one, and each has one event. */
export function everyStepHasItsEvent(evidence: Evidence): Verdict {
  const findings = new Findings();
  const byAggregate = groupBy(evidence.stream, streamKey);
  for (const one of owned(evidence)) {
    const events = byAggregate.get(keyOf(one)) ?? [];
    const versions = groupBy(events, ({ envelope }) => String(envelope?.data.version));
    const numbers = [...versions.keys()].map(Number).sort((a, b) => a - b);
    const gap = numbers.find((version, index) => version !== index);
    const twice = [...versions].find(([, same]) => new Set(same.map(contentOf)).size > 1);
    findings.expect(gap === undefined, keyOf(one), `versions in the stream: ${numbers.join(', ')}`);
    findings.expect(
      twice === undefined,
      keyOf(one),
      `version ${twice?.[0]} has different events:`,
      ...(twice?.[1] ?? []).map(({ seq, body }) => `seq ${seq}: ${body}`),
    );
  }
  for (const { id, version, timeline } of evidence.orders) {
    findings.expect(
      timeline.length === version + 1,
      `order.${id}`,
      `version ${version}, but ${timeline.length} entries in its timeline`,
    );
  }
  return findings;
}

const contentOf = ({ envelope }: StreamEvent) => canonical([envelope?.id, envelope?.type, envelope?.data]);

/** I9: in quiet every outbox is empty, every event was stored, and the newest of each aggregate is in the stream of now, whatever the broker lost. */
export function everyEventIsOut(evidence: Evidence): Verdict {
  const findings = new Findings();
  const published = new Set(evidence.stream.map(({ envelope }) => envelope?.id));
  const present = new Set(evidence.stream.flatMap(({ envelope, lost }) => (lost ? [] : [envelope?.id])));
  for (const one of owned(evidence)) {
    const { version, outbox } = one.document;
    const wanted = Array.from({ length: version + 1 }, (_, step) => `${keyOf(one)}.${step}`);
    const missing = wanted.filter((id) => !published.has(id));
    findings.expect(outbox.length === 0, keyOf(one), `its outbox holds ${outbox.join(', ')}`);
    findings.expect(missing.length === 0, keyOf(one), `never stored: ${missing.join(', ')}`);
    const newest = `${keyOf(one)}.${version}`;
    findings.expect(present.has(newest), keyOf(one), `the newest, ${newest}, is not in the stream of now`);
  }
  return findings;
}

/** I10: every event in the stream matches a committed state. */
export function noEventFromNowhere(evidence: Evidence): Verdict {
  const findings = new Findings();
  const documents = new Map(owned(evidence).map((one) => [keyOf(one), one.document]));
  const timelines = new Map(
    evidence.orders.map(({ id, last }) => [id, last?.timeline as unknown[] | undefined]),
  );
  const poison = new Set(evidence.poison.map(({ body }) => body));
  for (const event of evidence.stream) {
    if (poison.has(event.body)) continue;
    const wrong = mismatch(event, documents, timelines);
    findings.expect(wrong === undefined, `stream seq ${event.seq}`, String(wrong), event.body);
  }
  return findings;
}

function mismatch(
  event: StreamEvent,
  documents: Map<string, Aggregate>,
  timelines: Map<string, unknown[] | undefined>,
): string | undefined {
  const { envelope } = event;
  if (!envelope) return 'it is no event';
  const [kind, id, step] = envelope.id.split('.');
  if (id !== envelope.subject) return 'id and subject differ';
  if (kind === 'session') return undefined;
  const document = documents.get(kind === 'expiration' ? `order.${id}` : `${kind}.${id}`);
  if (!document) return `there is no ${kind} ${id}`;
  if (kind === 'expiration') return undefined;
  const { data } = envelope;
  if (String(data.version) !== step) return `it carries version ${data.version}`;
  if (data.version > document.version) return `committed is only version ${document.version}`;
  if (data.version === document.version && canonical(data) !== canonical(document.last)) {
    return `committed is ${canonical(document.last)}`;
  }
  const timeline = kind === 'order' ? (timelines.get(envelope.subject) ?? []) : undefined;
  const told = data.timeline as unknown[] | undefined;
  if (timeline && canonical(told) !== canonical(timeline.slice(0, told?.length))) {
    return `its timeline is not how the order's began: ${canonical(timeline)}`;
  }
  return undefined;
}
