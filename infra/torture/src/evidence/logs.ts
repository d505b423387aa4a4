import { readFile } from 'node:fs/promises';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import type { LogFinding, ProcessStory, StreamEvent } from './evidence';
import { leaks } from './leaks';

const EXCERPT = 160;
const MOST_PER_LOG = 3;

/** How each process lived, by run.json, the supervisor's words and its own log. */
export async function processStories(instance: Instance, signals: Signals): Promise<ProcessStory[]> {
  const output = instance.output();
  const children = instance.processes().filter(({ pid }) => pid !== instance.supervisorPid);
  return Promise.all(
    children.map(async ({ name, restarts, log }) => ({
      name,
      restarts,
      killedByUs: signals.kills.get(name) ?? 0,
      ends: endsOf(name, output),
      fatalLines: fatalLines(await readFile(log, 'utf8')),
    })),
  );
}

/** What a process says when it can't go on. */
export const fatalLines = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => line.includes('"level":"fatal"'))
    .map((line) => line.slice(0, 500));

export function endsOf(name: string, output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith(`${name} `));
  return lines.flatMap((line) => /ended with (?:code \d+|SIG\w+)|could not be started/.exec(line)?.[0] ?? []);
}

/** A text, and where it was found. */
export type NamedText = readonly [where: string, text: string];

/** The logs of all processes, and the supervisor's words. */
export async function logsOf(instance: Instance): Promise<NamedText[]> {
  const logs = instance.processes().filter(({ log }) => log !== '');
  const texts = await Promise.all(
    logs.map(async ({ name, log }): Promise<NamedText> => [name, await readFile(log, 'utf8')]),
  );
  return [...texts, ['supervisor', instance.output()]];
}

/** Secrets in logs and in events. */
export function findLeaks(logs: readonly NamedText[], stream: readonly StreamEvent[]): LogFinding[] {
  const found: LogFinding[] = [];
  for (const [name, text] of logs) {
    const lines = text.split('\n').flatMap((line) => leaks.inLog(line).map((leak) => ({ ...leak, line })));
    for (const { what, index, line } of lines.slice(0, MOST_PER_LOG)) {
      found.push({
        where: `log of ${name}`,
        what,
        excerpt: line.slice(Math.max(0, index - EXCERPT), index + 12),
      });
    }
  }
  for (const { seq, body } of stream) {
    for (const { what } of leaks.inEvent(body))
      found.push({ where: `stream seq ${seq}`, what, excerpt: body });
  }
  return found;
}
