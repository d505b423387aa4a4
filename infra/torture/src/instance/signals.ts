import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Instance } from './instance';

const run = promisify(execFile);

/** What we did to the processes, and the only place that does it. */
export class Signals {
  readonly kills = new Map<string, number>();
  readonly pauses = new Map<string, number>();
  private readonly paused = new Map<number, string>();

  constructor(private readonly instance: Instance) {}

  /** `kill -9`, and in the same instant what else is to happen; false when it is not running just now. */
  async kill(name: string, thereupon: () => void = () => undefined): Promise<boolean> {
    const pid = await this.ownPid(name);
    if (pid === undefined) return false;
    // Counted first: whoever reads between must not take our kill for an end of its own.
    count(this.kills, name, 1);
    const hit = signal(pid, 'SIGKILL');
    if (hit) thereupon();
    else count(this.kills, name, -1);
    return hit;
  }

  /** SIGSTOP, and SIGCONT after `ms` or when `until` says so. */
  async pause(name: string, ms: number, until: AbortSignal): Promise<boolean> {
    const pid = await this.ownPid(name);
    if (pid === undefined || this.paused.has(pid) || !signal(pid, 'SIGSTOP')) return false;
    this.paused.set(pid, name);
    count(this.pauses, name, 1);
    await delay(ms, undefined, { signal: until }).catch((error: unknown) => {
      if (!until.aborted) throw error;
    });
    this.resume(pid);
    return true;
  }

  /** Whatever is paused goes on: also the last thing before we end for whatever reason. */
  resumeAll(): void {
    for (const pid of [...this.paused.keys()]) this.resume(pid);
  }

  private resume(pid: number): void {
    this.paused.delete(pid);
    signal(pid, 'SIGCONT');
  }

  /** A process of our own instance: listed in its run.json and a child of its supervisor, so no id that was used again. */
  private async ownPid(name: string): Promise<number | undefined> {
    const pid = this.instance.find(name)?.pid;
    if (pid === undefined || pid === this.instance.supervisorPid) return undefined;
    try {
      const { stdout } = await run('ps', ['-o', 'ppid=', '-p', String(pid)], { timeout: 5_000 });
      return Number(stdout.trim()) === this.instance.supervisorPid ? pid : undefined;
    } catch (error) {
      // ps answers 1 when there is no such process.
      if ((error as { code?: number }).code === 1) return undefined;
      throw error;
    }
  }
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function count(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
