import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import type { RunState } from '../../src/supervisor/run-file';
import { isAlive } from '../../src/servers/processes';

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
    timeoutMs: 15_000,
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
  const state = await runState(data).catch(() => undefined);
  for (const { process: child } of started.splice(0)) child.kill('SIGKILL');
  for (const { pid } of state?.processes ?? [])
    if (pid !== process.pid && isAlive(pid)) process.kill(pid, 'SIGKILL');
}
