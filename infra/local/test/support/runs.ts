import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import type { RunState } from '../../src/supervisor/run-file';
import { signalGroup } from '../../src/servers/processes';
import { isAlive } from '../../src/supervisor/earlier-run';

export interface Started {
  process: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

const started: Started[] = [];

/** Starts fake-run.ts on this data directory. */
export function start(
  data: string,
  args: string[] = ['--port', '0'],
  env: Record<string, string> = {},
): Started {
  const child = spawn(
    process.execPath,
    [
      '--conditions=gittix-source',
      '--import',
      'tsx',
      join(__dirname, 'fake-run.ts'),
      '--data',
      data,
      ...args,
    ],
    { env: { ...process.env, JOURNAL: join(data, 'journal'), ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const run = { process: child, output: () => output, ended };
  started.push(run);
  return run;
}

export async function ready(run: Started): Promise<void> {
  await waitFor(() => run.output().includes('ready at'), {
    what: 'the run to be ready',
    timeoutMs: 60_000,
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${run.output()}`, { cause: error });
  });
}

export async function runState(data: string): Promise<RunState> {
  return JSON.parse(await readFile(join(data, 'run.json'), 'utf8')) as RunState;
}

export async function entryOf(data: string, name: string) {
  const entry = (await runState(data)).processes.find((one) => one.name === name);
  if (!entry) throw new Error(`run.json has no ${name}`);
  return entry;
}

/** Ends whatever a test left running, the supervised processes included. */
export async function endAll(data: string): Promise<void> {
  const runs = started.splice(0);
  for (const { process: child } of runs) child.kill('SIGKILL');
  await Promise.all(runs.map(({ ended }) => ended));
  // From here on nobody starts anything again, and what is gone writes nothing into a directory that is being removed.
  const state = await runState(data).catch(() => undefined);
  for (const entry of state?.processes ?? []) {
    if (await isAlive(entry)) signalGroup(entry.pid, 'SIGKILL');
    await waitFor(async () => !(await isAlive(entry)), { what: `${entry.name} to be gone` });
  }
}
