import type { Operation } from '../../../torture/src/evidence/evidence';

/** What came of some requests. */
export interface Tally {
  requests: number;
  /** Those without an answer, and with one of 500 and above. */
  failed: number;
  /** By status; `no answer` where there was none. */
  byStatus: Record<string, number>;
  slowestMs: number;
}

/** Nobody knows what came of it: no answer, or a server's fault. */
export const isFailed = ({ status }: Operation) => status === undefined || status >= 500;

export function tally(operations: readonly Operation[]): Tally {
  const byStatus: Record<string, number> = {};
  for (const { status } of operations) {
    const key = String(status ?? 'no answer');
    byStatus[key] = (byStatus[key] ?? 0) + 1;
  }
  return {
    requests: operations.length,
    failed: operations.filter(isFailed).length,
    byStatus,
    slowestMs: operations.reduce((most, one) => Math.max(most, one.endedAt - one.startedAt), 0),
  };
}

/** Requests that were under way at some time between these two instants. */
export const between = (operations: readonly Operation[], from: number, to: number) =>
  operations.filter(({ startedAt, endedAt }) => endedAt >= from && startedAt <= to);

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 23);

/** A failed request in one line, to be found again in logs. */
export const tellFailed = ({ client, kind, target, startedAt, endedAt, status, code, error }: Operation) =>
  [
    `${clock(startedAt)}-${clock(endedAt)} ${client} ${kind}`,
    ...(target === undefined ? [] : [target]),
    `${status ?? 'no answer'}`,
    ...[code ?? error ?? []].flat(),
  ].join(' ');

export const tellTally = ({ requests, failed, byStatus, slowestMs }: Tally) => {
  const statuses = Object.entries(byStatus)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} x ${status}`);
  return `${requests} requests, ${failed} failed (${statuses.join(', ') || 'none'}), slowest ${slowestMs} ms`;
};
