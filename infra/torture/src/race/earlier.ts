import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { poll } from '../poll';

const run = promisify(execFile);
const STOP_MS = 60_000;

/** A race that was killed leaves its GitTix running: stops that, and only that, so that the same data can be used again. */
export async function endEarlierInstance(data: string, say: (line: string) => void): Promise<void> {
  const pid = await supervisorOf(data);
  if (pid === undefined || !(await runsWith(pid, data))) return;
  say(`the race before was killed; stopping the GitTix it left (process ${pid})`);
  process.kill(pid, 'SIGTERM');
  await poll(async () => !(await runsWith(pid, data)), {
    timeoutMs: STOP_MS,
    what: () => `process ${pid} gone`,
  });
}

async function supervisorOf(data: string): Promise<number | undefined> {
  try {
    return (JSON.parse(await readFile(join(data, 'run.json'), 'utf8')) as { pid: number }).pid;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Told by its command line, which names the directory: a process id alone may be another's by now. */
async function runsWith(pid: number, data: string): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)], { timeout: 5_000 });
    return stdout.includes(`--data ${data} `);
  } catch (error) {
    // ps answers 1 when there is no such process.
    if ((error as { code?: number }).code === 1) return false;
    throw error;
  }
}
