import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';

export interface Child {
  /** First group of `pattern` in its output. */
  said(pattern: RegExp): Promise<string>;
  log(): string;
  readonly exitCode: Promise<number | null>;
  /** Ends it and resolves with its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const ROOT = join(__dirname, '../../..');

/** A process of the repository as it is run, told everything by its environment; `entry` from the repository's root. */
export function startChild(entry: string, env: Record<string, string>): Child {
  const child = spawn(
    process.execPath,
    ['--conditions=gittix-source', '--import', 'tsx', join(ROOT, entry)],
    { cwd: ROOT, env: { PATH: '/usr/bin:/bin', HOST: '127.0.0.1', PORT: '0', ...env } },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
  // At its `exit` the last of its output may still be on the way.
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    said: (pattern) =>
      waitFor(() => pattern.exec(log)?.[1], {
        timeoutMs: 50_000,
        what: `${pattern} in the output of ${entry}`,
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${log}`);
      }),
    log: () => log,
    exitCode,
    end: (signal) => {
      child.kill(signal);
      return exitCode;
    },
  };
}
