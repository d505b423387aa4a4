import type { Evidence, Operation } from './evidence/evidence';
import type { FaultLog } from './faults/run-plan';
import type { Invariant } from './invariants';
import { groupBy, type Verdict } from './invariants/verdict';

const MOST_SHOWN = 3;
const LONGEST_LINE = 600;

export interface Judged extends Verdict {
  name: string;
  says: string;
}

export interface Report {
  startedAt: string;
  seed: number;
  minutes: number;
  notes: string[];
  operations: Record<string, Record<string, number>>;
  slowestMs: Record<string, number>;
  orders: Record<string, number>;
  kills: Record<string, number>;
  pauses: Record<string, number>;
  faults: Record<string, { planned: number; done: number; hits?: number }>;
  looks: { taken: number; missed: number };
  quietAfterMs: number;
  invariants: Judged[];
}

export function judge(evidence: Evidence, invariants: readonly Invariant[]): Judged[] {
  return invariants.map(({ name, says, check }) => {
    const { checked, violations } = check(evidence);
    return { name, says, checked, violations };
  });
}

export function countOperations(operations: readonly Operation[]): Report['operations'] {
  const kinds = [...groupBy(operations, ({ role, kind }) => (role === 'thief' ? `theft: ${kind}` : kind))];
  return Object.fromEntries(
    kinds.map(([kind, some]) => [kind, countBy(some, ({ outcome, status }) => tellOutcome(outcome, status))]),
  );
}

const tellOutcome = (outcome: string, status: number | undefined) =>
  outcome === 'ok' ? 'ok' : `${outcome} ${status ?? 'no answer'}`;

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  return Object.fromEntries([...groupBy(items, keyOf)].map(([key, group]) => [key, group.length]));
}

export function faultTable(log: FaultLog, stripeHits: ReadonlyMap<string, number>): Report['faults'] {
  return Object.fromEntries(
    [...log.planned].sort().map(([name, planned]) => {
      const hits = name.startsWith('stripe:')
        ? { hits: stripeHits.get(name.slice('stripe:'.length)) ?? 0 }
        : {};
      return [name, { planned, done: log.done.get(name) ?? 0, ...hits }];
    }),
  );
}

/** The report for people: what was done, then what was broken. */
export function tell(report: Report): string {
  const pairs = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  const operations = Object.entries(report.operations);
  const lines = [
    ...report.notes.map((note) => `!!! ${note}`),
    '',
    `operations: ${operations.reduce((sum, [, outcomes]) => sum + total(outcomes), 0)}`,
    ...operations.map(([kind, outcomes]) => `  ${kind.padEnd(22)} ${pairs(outcomes)}`),
    `orders: ${pairs(report.orders)}`,
    `kills: ${total(report.kills)} (${pairs(report.kills)})`,
    `pauses: ${total(report.pauses)} (${pairs(report.pauses)})`,
    'faults: planned / done / requests or webhooks hit',
    ...Object.entries(report.faults).map(
      ([name, { planned, done, hits }]) =>
        `  ${name.padEnd(24)} ${planned} / ${done}${hits === undefined ? '' : ` / ${hits}`}`,
    ),
    `slowest answers, ms: ${pairs(report.slowestMs)}`,
    `looks at the money meanwhile: ${report.looks.taken}, missed ${report.looks.missed}`,
    `quiet after ${(report.quietAfterMs / 1000).toFixed(0)} s`,
    '',
    ...report.invariants.flatMap(tellVerdict),
  ];
  return `${lines.join('\n')}\n`;
}

function tellVerdict({ name, says, checked, violations }: Judged): string[] {
  const head = `${violations.length === 0 ? (checked === 0 ? '  ' : '✔ ') : '✘ '}${name.padEnd(7)} ${says}: ${violations.length} violations, ${checked} checks`;
  const shown = smallest(violations);
  return [
    head,
    ...shown.flatMap(({ about, story }) => [
      `    ${about}`,
      ...story.map((line) => `      ${line.slice(0, LONGEST_LINE)}`),
    ]),
    ...(violations.length > shown.length
      ? [`    … and ${violations.length - shown.length} more in the report`]
      : []),
  ];
}

/** The shortest stories first: they are understood soonest. */
function smallest(violations: Judged['violations']): Judged['violations'] {
  const length = ({ story }: { story: string[] }) => story.join('').length;
  return [...violations].sort((a, b) => length(a) - length(b)).slice(0, MOST_SHOWN);
}
