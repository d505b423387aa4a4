import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NamedText } from '../../../torture/src/evidence/logs';
import { checksOf, type Outcome, violationsOf } from './perform';

const MOST_SHOWN = 10;
const LONGEST = 400;

const cells = (...values: (string | number)[]) => `| ${values.join(' | ')} |`;
const statuses = (byStatus: Record<string, number>) =>
  Object.entries(byStatus)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');

/** The report for people, in Markdown. */
export function toMarkdown(outcomes: readonly Outcome[], startedAt: Date): string {
  const summary = outcomes.map(({ title, seconds, seen, judgement, problems }) =>
    cells(
      title,
      seconds.toFixed(0),
      seen.requests,
      seen.failed,
      judgement ? judgement.orders : '?',
      judgement ? judgement.ordersWithoutEvent.length : '?',
      judgement ? checksOf(judgement) : '?',
      judgement ? violationsOf(judgement) : '?',
      problems.length,
    ),
  );
  return [
    `# Under load, ${startedAt.toISOString()}`,
    '',
    cells(
      'operation',
      's',
      'requests',
      'failed',
      'orders',
      'without event',
      'checks',
      'violations',
      'problems',
    ),
    cells(...Array.from({ length: 9 }, () => '---')),
    ...summary,
    '',
    ...outcomes.flatMap(tellSteps),
    ...outcomes.flatMap(tellProblems),
  ].join('\n');
}

const tellSteps = ({ title, steps }: Outcome) => [
  `## ${title}`,
  '',
  cells('step', 's', 'requests', 'failed', 'answers', 'slowest ms'),
  cells(...Array.from({ length: 6 }, () => '---')),
  ...steps.map(({ what, seconds, seen }) =>
    cells(what, seconds.toFixed(0), seen.requests, seen.failed, statuses(seen.byStatus), seen.slowestMs),
  ),
  '',
];

function tellProblems({ title, problems }: Outcome): string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, MOST_SHOWN).map((problem) => `- ${problem.slice(0, LONGEST)}`);
  const more = problems.length - shown.length;
  return [`## Problems: ${title}`, '', ...shown, ...(more > 0 ? [`- and ${more} more`] : []), ''];
}

/** Keeps it for people and for programs, after problems with the logs of all pods; answers with the path of the first. */
export async function keepReport(
  directory: string,
  {
    outcomes,
    logs,
    startedAt,
  }: { outcomes: readonly Outcome[]; logs: readonly NamedText[]; startedAt: Date },
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, `operations-${startedAt.toISOString().replaceAll(/[:.]/g, '-')}`);
  await writeFile(`${path}.json`, `${JSON.stringify({ startedAt, outcomes }, null, 2)}\n`);
  await writeFile(`${path}.md`, toMarkdown(outcomes, startedAt));
  if (outcomes.some(({ problems }) => problems.length > 0)) await keepLogs(`${path}-logs`, logs);
  return `${path}.md`;
}

/** One of each name and time it was there: members of a StatefulSet share theirs with those before. */
async function keepLogs(directory: string, logs: readonly NamedText[]): Promise<void> {
  await mkdir(directory);
  for (const [index, [name, text]] of logs.entries()) {
    await writeFile(join(directory, `${name.replace('/', '-')}-${index}.log`), text);
  }
}
