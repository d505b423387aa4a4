import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Surroundings } from './servers/search';

/** The caller's environment as it is, for programs that are started with it. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** Fetched and built servers live outside the project, so that a new clone finds them. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'gittix');
}

/** What the search for servers may use of this machine. */
export function surroundings(say: (line: string) => void): Surroundings {
  return {
    env: process.env,
    cacheDir: cacheDir(),
    isRoot: process.getuid?.() === 0,
    fetch,
    say,
  };
}

/** Hands the test servers to jest's workers, which inherit the environment. */
export function exportTestServers(variables: Record<string, string>): void {
  Object.assign(process.env, variables);
}

/** True when npm is our parent: `npm start` or `npm run dev`, not a test that was itself started by npm. */
export function startedByNpm(): boolean {
  return ['start', 'dev'].includes(process.env.npm_lifecycle_event ?? '');
}
