import { setTimeout as sleep } from 'node:timers/promises';
import { signalGroup } from '../servers/processes';
import { identityOf } from './identity';
import { type ProcessEntry, readRunFile } from './run-file';

const STOP_MS = 8_000;

/** Another run uses the same directory. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
}

/** True when this very process still runs, and no other one with its id. */
export async function isAlive({ pid, identity }: Pick<ProcessEntry, 'pid' | 'identity'>): Promise<boolean> {
  return identity !== undefined && (await identityOf(pid)) === identity;
}

async function end(entry: ProcessEntry): Promise<void> {
  signalGroup(entry.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (await isAlive(entry)) {
    if (Date.now() > deadline) signalGroup(entry.pid, 'SIGKILL');
    await sleep(50);
  }
}

/**
 * Looks at what the run before left in run.json. Its supervisor lives: throws. It was killed: ends the processes that
 * lived on, but only those that are surely the ones it started.
 */
export async function endEarlierRun(runFilePath: string, say: (line: string) => void): Promise<void> {
  const earlier = await readRunFile(runFilePath);
  if (!earlier) return;
  if (await isAlive(earlier)) {
    throw new AlreadyRunningError(
      `GitTix is running already at ${earlier.url} with these data (process ${earlier.pid}). Stop it first, or use --data and --port for a second one.`,
    );
  }
  const left: ProcessEntry[] = [];
  for (const entry of earlier.processes) {
    if (entry.pid !== earlier.pid && (await isAlive(entry))) left.push(entry);
  }
  if (left.length === 0) return;
  say(
    `the run before was killed; ending what it left: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`,
  );
  const isServer = ({ name }: ProcessEntry) =>
    ['mongod', 'nats-server', 'nats-streaming-server', 'redis-server'].includes(name);
  await Promise.all(left.filter((entry) => !isServer(entry)).map(end));
  await Promise.all(left.filter(isServer).map(end));
}
