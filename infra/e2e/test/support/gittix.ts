import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { poll } from './poll';

const ROOT = join(__dirname, '../../../..');
const READY = /GitTix is ready at (http:\/\/\S+)/;

/** One line of `.gittix/run.json`. */
export interface RunningProcess {
  name: string;
  pid: number;
  port: number;
  /** null: no health of its own (servers). */
  internalPort: number | null;
  url?: string;
  /** Empty for the proxy, which is the local run itself. */
  log: string;
  restarts: number;
}

/** A whole GitTix of this test's own: other ports, other data. */
export interface GitTix {
  url: string;
  /** Its directory: `--data` of `npm start` and of `npm run gittix`; empty when it runs elsewhere. */
  data: string;
  /** Pid of the process that `npm start` would be. */
  pid: number;
  processes(): RunningProcess[];
  process(name: string): RunningProcess;
  /** `kill -9`; resolves when it runs again under a new pid and answers. */
  killHard(name: string): Promise<void>;
  /** `kill -9` again and again for `ms`; resolves with the number of kills when it is back. */
  keepDown(name: string, ms: number): Promise<number>;
  /** Of the emulator that plays Stripe. */
  stripeSecretKey(): string;
  output(): string;
  stop(): Promise<void>;
}

/** An instance that runs elsewhere, such as in a cluster: of use to the stories that need nothing but its address. */
function runningElsewhere(url: string): GitTix {
  const no = () => {
    throw new Error(`GITTIX_URL names ${url}, which was not started here: this test needs its processes`);
  };
  const answers = { process: no, processes: no, killHard: no, keepDown: no, stripeSecretKey: no };
  return { url, data: '', pid: 0, ...answers, output: () => '', stop: () => Promise.resolve() };
}

/** Starts everything as `npm start` does, production-built; with GITTIX_URL set, takes what runs there. */
export async function startGitTix(
  options: { env?: Record<string, string>; args?: string[]; root?: string } = {},
): Promise<GitTix> {
  if (process.env.GITTIX_URL) return runningElsewhere(process.env.GITTIX_URL);
  const data = await mkdtemp(join(tmpdir(), 'gittix-e2e-'));
  const command = ['--conditions=gittix-source', '--import', 'tsx', 'infra/local/src/main.ts', 'start'];
  const child = spawn(
    process.execPath,
    [...command, '--port', '0', '--data', data, ...(options.args ?? [])],
    {
      cwd: options.root ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await poll(
    () => {
      if (child.exitCode !== null) throw new Error(`GitTix ended with ${child.exitCode}:\n${output}`);
      return READY.exec(output)?.[1];
    },
    { timeoutMs: 240_000, what: () => `GitTix ready; it said:\n${output}` },
  ).catch(async (error: unknown) => {
    await terminate(child);
    throw error;
  });

  const processes = () =>
    (JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { processes: RunningProcess[] }).processes;
  const find = (name: string) => {
    const found = processes().find((each) => each.name === name);
    if (!found)
      throw new Error(
        `no process ${name}, there are ${processes()
          .map((each) => each.name)
          .join(', ')}`,
      );
    return found;
  };

  const backUnderAnotherPid = (name: string, pid: number) =>
    poll(
      async () => {
        // A process that is down is not listed.
        const found = processes().find((each) => each.name === name && each.pid !== pid);
        return found && (await isReady(found));
      },
      { timeoutMs: 60_000, what: () => `${name} back after kill -9` },
    );

  return {
    url,
    data,
    pid: child.pid ?? 0,
    processes,
    process: find,
    killHard: async (name) => {
      const { pid } = await poll(() => {
        const found = find(name);
        return kill(found.pid) ? found : undefined;
      });
      await backUnderAnotherPid(name, pid);
    },
    keepDown: async (name, ms) => {
      const until = Date.now() + ms;
      let kills = 0;
      let last = 0;
      // Started again soon after each end, it is killed again, until the time is over.
      while (Date.now() < until) {
        const running = processes().find((each) => each.name === name && each.pid !== last);
        if (running) {
          last = running.pid;
          if (kill(last)) kills += 1;
        }
        await delay(20);
      }
      await backUnderAnotherPid(name, last);
      return kills;
    },
    stripeSecretKey: () => {
      const keys = JSON.parse(readFileSync(join(data, 'data/keys.json'), 'utf8')) as {
        stripe: { secretKey: string };
      };
      return keys.stripe.secretKey;
    },
    output: () => output,
    stop: async () => {
      await terminate(child);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** `kill -9`; false when it has just ended by itself, for the list of processes is a moment behind. */
function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

async function isReady({ internalPort }: RunningProcess): Promise<boolean> {
  if (internalPort === null) return true;
  const answer = await fetch(`http://127.0.0.1:${internalPort}/readyz`).catch(() => undefined);
  return answer?.ok ?? false;
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
