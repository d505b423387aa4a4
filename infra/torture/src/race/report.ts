import type { Progress } from './progress';

/** Answers that need no explanation in a race without faults. */
const EXPECTED = ['201', '200', '409 ticket_reserved', '422 idempotency_key_reused'];

const MOST_SHOWN = 5;
const LONGEST_STORY = 800;

export interface RaceReport extends Progress {
  finishedAt: string;
  wanted: number;
  attemptsPerSecond: number;
  /** Of the answers, those nobody expects here: they are no double sale, but need an explanation. */
  unexpected: Record<string, number>;
}

export const rate = ({ attempts, seconds }: Progress) => (seconds > 0 ? Math.round(attempts / seconds) : 0);

export function report(progress: Progress, wanted: number): RaceReport {
  const unexpected = Object.fromEntries(
    Object.entries(progress.answers).filter(([answer]) => !EXPECTED.includes(answer)),
  );
  const finishedAt = new Date().toISOString();
  return { ...progress, finishedAt, wanted, attemptsPerSecond: rate(progress), unexpected };
}

const won = ({ answers }: Progress) => answers['201'] ?? 0;
const pairs = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

export function tellProgress(progress: Progress, wanted: number): string {
  const { attempts, answers, violations, rounds } = progress;
  const known = EXPECTED.reduce((sum, answer) => sum + (answers[answer] ?? 0), 0);
  return (
    `${attempts} of ${wanted} (${((100 * attempts) / wanted).toFixed(1)} %), ${rate(progress)}/s, round ${rounds}: ` +
    `won ${won(progress)}, refused ${answers['409 ticket_reserved'] ?? 0}, repeated ${answers['200'] ?? 0}, ` +
    `other ${attempts - known}, violations ${violations.length}`
  );
}

export function tellReport(told: RaceReport): string {
  const rows: [string, string][] = [
    ['attempts', `${told.attempts} of ${told.wanted}, ${told.atReplica.join(' and ')} at the replicas`],
    ['answers', pairs(told.answers)],
    ['unexpected', pairs(told.unexpected)],
    ['let go', `${told.cancelled}, and raced for again`],
    ['rounds', `${told.rounds} in ${told.runs} runs, ${told.buyers} buyers, seed ${told.seed}`],
    ['racing', `${Math.round(told.seconds)} s, ${told.attemptsPerSecond} attempts/s`],
    ['checked', pairs(told.checked)],
    ['violations', String(told.violations.length)],
  ];
  return [
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
    ...told.violations.slice(0, MOST_SHOWN).map((story) => `  ✘ ${story.slice(0, LONGEST_STORY)}`),
    '',
  ].join('\n');
}
