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
  bus: string;
  notes: string[];
  /** What makes the run prove less than it should: faults that never hit, invariants with nothing to check. */
  shortcomings: string[];
  totals: Record<'operations' | 'kills' | 'pauses' | 'faults', number>;
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
        ? (stripeHits.get(name.slice('stripe:'.length)) ?? 0)
        : log.hits.get(name);
      return [name, { planned, done: log.done.get(name) ?? 0, ...(hits !== undefined && { hits }) }];
    }),
  );
}

export const total = (counts: Record<string, number>) =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** So long a run must meet everything it knows. */
const LONG_MINUTES = 5;

/** Why a run without violations may still prove too little. */
export function shortcomingsOf(
  { minutes, faults, invariants }: Pick<Report, 'minutes' | 'faults' | 'invariants'>,
  wanted: readonly string[],
): string[] {
  const isLong = minutes >= LONG_MINUTES;
  const planned = Object.entries(faults);
  const say = (names: string[], what: string) => (names.length > 0 ? [`${what}: ${names.join(', ')}`] : []);
  const of = (fits: (fault: Report['faults'][string]) => boolean) =>
    planned.filter(([, fault]) => fits(fault)).map(([name]) => name);
  return [
    ...say(
      of(({ done }) => done === 0),
      'planned and never done',
    ),
    ...say(isLong ? wanted.filter((name) => !(name in faults)) : [], 'never planned'),
    ...say(isLong ? of(({ hits }) => hits === 0) : [], 'done and met nothing'),
    ...say(
      isLong ? invariants.filter(({ checked }) => checked === 0).map(({ name }) => name) : [],
      'nothing to check',
    ),
  ];
}

/** The report for people: what was done, then what was broken. */
export function tell(report: Report): string {
  const pairs = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const operations = Object.entries(report.operations);
  const lines = [
    ...report.notes.map((note) => `!!! ${note}`),
    '',
    `operations: ${report.totals.operations}`,
    ...operations.map(([kind, outcomes]) => `  ${kind.padEnd(22)} ${pairs(outcomes)}`),
    `orders: ${pairs(report.orders)}`,
    `kills: ${report.totals.kills} (${pairs(report.kills)})`,
    `pauses: ${report.totals.pauses} (${pairs(report.pauses)})`,
    `faults: ${report.totals.faults}; planned / done / requests, webhooks, connections or pieces met`,
    ...Object.entries(report.faults).map(
      ([name, { planned, done, hits }]) =>
        `  ${name.padEnd(24)} ${planned} / ${done}${hits === undefined ? '' : ` / ${hits}`}`,
    ),
    `slowest answers, ms: ${pairs(report.slowestMs)}`,
    `looks at the money meanwhile: ${report.looks.taken}, missed ${report.looks.missed}`,
    `quiet after ${(report.quietAfterMs / 1000).toFixed(0)} s`,
    '',
    ...report.invariants.flatMap(tellVerdict),
    ...report.shortcomings.map((shortcoming) => `✘ too little is proven: ${shortcoming}`),
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
