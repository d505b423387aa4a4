import type { Judged } from '../report';
import { ACTIONS } from './switchboard';
import type { Outcome } from './run-scenario';

export interface FaultReport {
  startedAt: string;
  minutes: number;
  replicas: number;
  points: number;
  outcomes: Outcome[];
  /** Of the last judgement; violations of all. */
  invariants: Judged[];
}

export const isClean = ({ hit, quiet, problems }: Outcome) =>
  hit !== undefined && quiet.reached && problems.length === 0;

/** Everything that makes the run a failure, in words. */
export function faultsFound({ outcomes, invariants }: FaultReport): string[] {
  return [
    ...outcomes.filter((outcome) => !isClean(outcome)).map(tellOutcome),
    ...invariants.flatMap(({ name, violations }) =>
      violations.map(({ about, story }) => `${name} ${about}: ${story.join(' | ').slice(0, 600)}`),
    ),
  ];
}

export function tellOutcome({ point, action, hit, quiet, problems }: Outcome): string {
  const left = quiet.reached ? [] : [`not quiet after ${seconds(quiet.afterMs)}: ${quiet.left.join('; ')}`];
  const words = [hit ?? 'NOT HIT', `quiet after ${seconds(quiet.afterMs)}`, ...left, ...problems];
  return `${action.padEnd(5)} ${point.padEnd(30)} ${words.join('; ')}`;
}

/** What a person wants to know at the end. */
export function tell(report: FaultReport): string {
  const { outcomes, invariants, points, minutes } = report;
  const slowest = outcomes.reduce<Outcome | undefined>(
    (slow, one) => (slow && slow.quiet.afterMs >= one.quiet.afterMs ? slow : one),
    undefined,
  );
  const rows = ACTIONS.map((action) => {
    const some = outcomes.filter((outcome) => outcome.action === action);
    const hit = some.filter((outcome) => outcome.hit !== undefined);
    return `  ${action.padEnd(6)} ${String(some.length).padStart(4)} scenarios, ${String(hit.length).padStart(4)} hit, ${some.filter(isClean).length} clean`;
  });
  const violations = invariants.reduce((sum, one) => sum + one.violations.length, 0);
  const unchecked = invariants.filter(({ checked }) => checked === 0).map(({ name }) => name);
  return [
    '',
    `points: ${points}; scenarios: ${outcomes.length}; minutes: ${minutes.toFixed(1)}`,
    ...rows,
    `slowest quiet: ${slowest ? `${seconds(slowest.quiet.afterMs)} (${slowest.action} ${slowest.point})` : 'none'}`,
    `invariants: ${violations} violations, ${invariants.reduce((sum, one) => sum + one.checked, 0)} checks` +
      (unchecked.length > 0 ? `, nothing to check for ${unchecked.join(', ')}` : ''),
    ...faultsFound(report).map((line) => `✘ ${line}`),
    '',
  ].join('\n');
}

export const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
