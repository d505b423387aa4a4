import { join } from 'node:path';
import type { EnvironmentSettings } from '../options';
import type { Found } from '../servers/search';
import { portIsOpen } from './ready';
import type { Secrets } from './secrets';
import type { ProcessSpec } from './supervised';

export const LOOPBACK = '127.0.0.1';
/** A service drains its requests (10 s at most) and handlers before it ends. */
const SERVICE_STOP_MS = 20_000;

export const localUrl = (port: number) => `http://${LOOPBACK}:${port}`;

/** Where the services find a process: at its own port, or at another that DETOURS names, where a test may cut and delay. */
export const portTo = ({ DETOURS }: EnvironmentSettings, name: string, port: number) =>
  Number(DETOURS?.get(name) ?? port);

export interface Places {
  root: string;
  /** Where the built parts are; the root when run from the sources. */
  code: string;
  data: string;
  logs: string;
}

export interface Servers {
  mongod: Found;
  nats: Found;
  redis: Found;
}

export interface PlanInput {
  places: Places;
  /** The caller's environment; every process gets it, and its own settings on top. */
  env: NodeJS.ProcessEnv;
  settings: EnvironmentSettings;
  servers: Servers;
  secrets: Secrets;
  replicas: number;
  /** Run from the sources, reloading when they change. */
  dev: boolean;
  /** What browsers open. */
  publicUrl: string;
  /** What the client's own server calls. */
  internalUrl: string;
  /** One free port at each call. */
  takePort: () => number;
  emulatorPort: number;
}

/** How many ports a plan takes at most: two for each service's process, one for the pages', and for servers and emulator. */
export const portsOf = (replicas: number) => (2 * 5 + 1) * replicas + 6;

/** Everything that runs: `servers` first up and last down. */
export interface Plan {
  servers: ProcessSpec[];
  services: ProcessSpec[];
}

type Given = Pick<ProcessSpec, 'name' | 'command' | 'args'> & Partial<ProcessSpec> & { port: number };

/** A process with what most have in common filled in. */
export function specOf({ places, env }: PlanInput, given: Given): ProcessSpec {
  return {
    cwd: places.root,
    env,
    internalPort: null,
    url: localUrl(given.port),
    log: join(places.logs, `${given.name}.log`),
    stopMs: SERVICE_STOP_MS,
    isReady: portIsOpen(given.port),
    ...given,
  };
}

/** How a part is started: what was built, or its sources with reload on change. */
export function runPart(
  { places, dev }: PlanInput,
  part: string,
): Pick<ProcessSpec, 'command' | 'args' | 'cwd'> {
  const cwd = join(dev ? places.root : places.code, part);
  if (!dev) return { command: process.execPath, args: [join(cwd, 'dist/main.js')], cwd };
  const tsx = join(places.root, 'node_modules/tsx/dist/cli.mjs');
  const args = [tsx, 'watch', '--clear-screen=false', '--conditions=gittix-source', 'src/main.ts'];
  return { command: process.execPath, args, cwd };
}

/** Environment of every one of our own processes. */
export function baseEnvironment({ env, dev }: PlanInput): NodeJS.ProcessEnv {
  return { ...env, NODE_ENV: dev ? 'development' : 'production', HOST: LOOPBACK };
}
