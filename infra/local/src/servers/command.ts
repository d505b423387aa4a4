import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { signalGroup } from './processes';

export interface CommandResult {
  code: number;
  /** Standard output and standard error, in the order they came. */
  output: string;
}

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** True for what must not be ended half way, such as a package installation. */
  mustFinish?: boolean;
  /** Called for every line, so that long work shows progress. */
  onLine?: (line: string) => void;
}

/** Programs that run now: the process group of each, and whether it may be ended. */
const running = new Map<number, { mustFinish: boolean }>();

/** True while a program runs that must not be ended half way. */
export function mustFinish(): boolean {
  return [...running.values()].some((one) => one.mustFinish);
}

/** True while any program runs that runCommand started. */
export function commandsRun(): boolean {
  return running.size > 0;
}

/** Ends what runs, for they would outlive us: each is a group of its own. */
export function endRunningCommands(): void {
  for (const [group, one] of running) if (!one.mustFinish) signalGroup(group, 'SIGTERM');
}

/**
 * Runs a program to its end and never rejects: a program that is missing answers code 127, one that took too
 * long is killed and answers 124 (the shell's own numbers for both).
 */
export function runCommand(program: string, args: string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const group = child.pid;
    if (group !== undefined) running.set(group, { mustFinish: options.mustFinish ?? false });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        options.onLine?.(line);
      });
    }
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      // The whole group: apt-get, go and mvn have children of their own that would go on.
      if (group !== undefined) signalGroup(group, 'SIGKILL');
    }, options.timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      if (group !== undefined) running.delete(group);
      clearTimeout(timer);
      const output = lines.join('\n');
      if (timedOut) resolve({ code: 124, output: `${output}\nstopped after ${options.timeoutMs / 1000} s` });
      else resolve({ code: code ?? 1, output });
    });
  });
}

/** The last lines of a failed command, for an error message. */
export function lastLines(output: string, count = 5): string {
  return output.trim().split('\n').slice(-count).join('\n');
}
