import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { signalGroup } from '../../../local/src/servers/processes';

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  onLine: (line: string) => void;
  /** For what it says on standard error; onLine hears it too when this is not given. */
  onError?: (line: string) => void;
  /** Ends the program and what it started. */
  signal?: AbortSignal;
}

/** Runs a program to its end and answers its exit code: 127 when there is no such program, 1 when a signal ended it. */
export function runCommand(command: Command): Promise<number> {
  const { program, args, cwd, env, onLine, onError = onLine, signal } = command;
  return new Promise((resolve) => {
    // A group of its own: what a script has started ends with it.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const end = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGTERM');
    };
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end);
    createInterface({ input: child.stdout }).on('line', onLine);
    createInterface({ input: child.stderr }).on('line', onError);
    child.on('error', (error) => {
      onError(error.message);
      resolve(127);
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end);
      resolve(code ?? 1);
    });
  });
}

/** Runs a program and answers what it said; throws when it fails. */
export async function outputOf(command: Omit<Command, 'onLine' | 'signal'>): Promise<string> {
  const lines: string[] = [];
  const code = await runCommand({ ...command, onLine: (line) => lines.push(line) });
  const said = lines.join('\n');
  if (code !== 0) throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code}: ${said}`);
  return said;
}
