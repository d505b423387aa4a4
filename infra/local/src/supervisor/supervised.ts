import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';
import { lastLines } from '../servers/command';
import { signalGroup } from '../servers/processes';
import { identityOf } from './identity';
import type { ProcessEntry } from './run-file';

export interface ProcessSpec {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  port: number | null;
  internalPort: number | null;
  url: string | null;
  log: string;
  /** How long it may take to stop by itself before it is killed. */
  stopMs: number;
  /** True when it can do its work, else what is missing. */
  isReady(): Promise<true | string>;
}

export interface RestartTimes {
  firstMs: number;
  longestMs: number;
  /** Having run this long, a process is taken as healthy, and its next end as its first. */
  healthyMs: number;
}

export const RESTART_TIMES: RestartTimes = { firstMs: 250, longestMs: 10_000, healthyMs: 30_000 };

/** EX_CONFIG: what our services end with when their settings are wrong. */
const EXIT_CONFIG = 78;
const LOG_LINES = 3;
const LOG_BYTES = 8 * 1024;

/** The end of a file; of one that cannot be read, the reason. */
function endOf(file: string): string {
  try {
    const opened = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(LOG_BYTES);
      const from = Math.max(0, fstatSync(opened).size - LOG_BYTES);
      return bytes.toString('utf8', 0, readSync(opened, bytes, 0, LOG_BYTES, from));
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    return (error as Error).message;
  }
}

/** A process that is started again, with growing delay, whenever it ends by itself. */
export class Supervised {
  restarts = 0;
  /** While one process replaces another, both have one name: this one is to come, or about to go. */
  role: 'present' | 'next' | 'last' = 'present';
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private delayMs: number;
  private identity: string | undefined;
  private wanted = false;

  constructor(
    readonly spec: ProcessSpec,
    private readonly hooks: { say: (line: string) => void; onChange: () => void },
    private readonly times: RestartTimes = RESTART_TIMES,
  ) {
    this.delayMs = times.firstMs;
  }

  /** The line of run.json; undefined while there is no process. */
  get entry(): ProcessEntry | undefined {
    const { port, internalPort, url, log } = this.spec;
    const name = this.role === 'present' ? this.spec.name : `${this.spec.name}-${this.role}`;
    const pid = this.child?.pid;
    if (pid === undefined) return undefined;
    const entry: ProcessEntry = { name, pid, port, internalPort, url, log, restarts: this.restarts };
    return this.identity === undefined ? entry : { ...entry, identity: this.identity };
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    // The log of the run before is kept beside the new one.
    if (existsSync(this.spec.log)) renameSync(this.spec.log, `${this.spec.log}.previous`);
    this.spawn();
  }

  private spawn(): void {
    const { command, args, cwd, env, log, name } = this.spec;
    const output = openSync(log, 'a');
    // A group of its own: Ctrl-C in the terminal reaches only us, who stop things in order.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output], detached: true });
    closeSync(output);
    const startedAt = Date.now();
    this.child = child;
    this.ended = new Promise((resolve) => {
      let over = false;
      const onEnd = (how: string, code: number | null) => {
        if (over) return;
        over = true;
        this.killGroup();
        this.child = undefined;
        this.identity = undefined;
        if (this.wanted) this.restart(how, code, Date.now() - startedAt);
        this.hooks.onChange();
        resolve();
      };
      child.once('error', (error) => onEnd(`could not be started (${error.message})`, null));
      child.once('exit', (code, signal) => onEnd(`ended with ${signal ?? `code ${code}`}`, code));
    });
    if (child.pid === undefined) return;
    identityOf(child.pid).then(
      (identity) => {
        if (this.child !== child) return;
        this.identity = identity;
        this.hooks.onChange();
      },
      (error: unknown) => this.hooks.say(`${name}: ${String(error)}`),
    );
    this.hooks.onChange();
  }

  private restart(how: string, code: number | null, ranMs: number): void {
    if (ranMs >= this.times.healthyMs) this.delayMs = this.times.firstMs;
    const wait = this.delayMs;
    this.delayMs = Math.min(this.times.longestMs, this.delayMs * 2);
    this.timer = setTimeout(() => {
      this.restarts += 1;
      this.spawn();
    }, wait);
    const { name, log } = this.spec;
    const hint = code === EXIT_CONFIG ? ' (its settings are wrong)' : '';
    // Killed from outside, the log tells nothing; ended by itself, its last lines do.
    const why = code === null ? '' : `\n${this.lastWords()}`;
    this.hooks.say(`${name} ${how}${hint}; starting it again in ${wait / 1000} s (log: ${log})${why}`);
  }

  /** Read at once: a moment later the next process writes into the same log. */
  private lastWords(): string {
    return lastLines(endOf(this.spec.log), LOG_LINES)
      .split('\n')
      .map((line) => `    ${line.slice(0, 300)}`)
      .join('\n');
  }

  /** Whatever the process started itself goes with it. */
  private killGroup(): void {
    const pid = this.child?.pid;
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  }

  /** Asks it to end, kills it when that takes too long; it is not started again. */
  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    const { child } = this;
    if (!child) return;
    const force = setTimeout(() => {
      this.hooks.say(`${this.spec.name} did not stop within ${this.spec.stopMs / 1000} s and was killed`);
      this.killGroup();
    }, this.spec.stopMs);
    child.kill('SIGTERM');
    await this.ended;
    clearTimeout(force);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.timer);
    this.killGroup();
    await this.ended;
  }
}
