import type { Texts } from '../texts';
import type { ApiProblem } from './api';

/** A refusal in words: by its code, how long to wait when told, and for faults of ours a reference to quote. */
export function problemText(problem: ApiProblem, t: Texts): string {
  const { wait, requestId, ...byCode } = t.problems;
  const known: Record<string, string> = byCode;
  const parts = [known[problem.code] ?? problem.errors[0]?.message ?? t.problems.internal];
  const limited = problem.code === 'too_many_requests';
  if (limited && problem.retryAfter !== undefined) parts.push(wait(problem.retryAfter));
  if (problem.status >= 500 && problem.requestId) parts.push(requestId(problem.requestId));
  return parts.join(' ');
}
