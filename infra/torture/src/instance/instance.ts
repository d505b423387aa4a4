import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stablePorts } from '../../../local/src/servers/ports';
import { instanceEnvironment, ownEnvironment } from '../config';
import type { Network } from '../network/network';
import { poll } from '../poll';

const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const GITTIX = ['--conditions=gittix-source', '--import', 'tsx', 'infra/local/src/main.ts'];
const READY = /GitTix is ready at (http:\/\/127\.0\.0\.1:\d+)/;
/** A first run may build everything and fetch servers. */
const READY_MS = 900_000;

export interface RunningProcess {
  name: string;
  pid: number;
  port: number | null;
  internalPort: number | null;
  log: string;
  restarts: number;
}

/** A whole GitTix of this run's own: other ports, other data, only on the loopback. */
export interface Instance {
  url: string;
  data: string;
  supervisorPid: number;
  /** Of every process that ran when all was ready. */
  names: readonly string[];
  /** As run.json lists them now; a process that is down is not listed. */
  processes(): RunningProcess[];
  find(name: string): RunningProcess | undefined;
  /** The port of a server, which stays the same over restarts. */
  portOf(name: string): number;
  /** Of the broker's monitoring pages. */
  monitoringPort: number;
  /** The file that a process of this name runs. */
  programOf(name: string): Promise<string>;
  /** Says it to the operator's command line; rejects when it ends with another code than 0. */
  command(...words: string[]): Promise<void>;
  /** What the supervisor said so far. */
  output(): string;
  stripeSecretKey(): Promise<string>;
  /** True until the supervisor itself has ended. */
  isUp(): boolean;
  stop(): Promise<void>;
}

export async function startInstance(options: {
  data: string;
  replicas: number;
  orderTtlSeconds: number;
  /** Further settings of the services. */
  env?: Record<string, string>;
  /** What the services reach their servers through. */
  network?: Network;
}): Promise<Instance> {
  const { data, replicas, orderTtlSeconds, env, network } = options;
  const [monitoringPort = 0] = await stablePorts(1);
  const child = spawn(
    process.execPath,
    [...GITTIX, 'start', '--port', '0', '--data', data, '--replicas', String(replicas)],
    {
      cwd: ROOT,
      env: instanceEnvironment({
        ...env,
        ORDER_TTL_SECONDS: String(orderTtlSeconds),
        NATS_MONITORING_PORT: String(monitoringPort),
        ...(network && { DETOURS: network.detours }),
      }),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C in the terminal reaches only us, who judge what was seen before we stop it.
      detached: true,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const ports = new Map<string, number>();
  const processes = () => {
    const listed = (
      JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { processes: RunningProcess[] }
    ).processes;
    for (const { name, port } of listed) if (port !== null) ports.set(name, port);
    return listed;
  };
  network?.leadTo((name) => {
    if (!ports.has(name) && existsSync(join(data, 'run.json'))) processes();
    return ports.get(name);
  });
  const stop = () => terminate(child);
  try {
    const url = await poll(
      () => {
        if (child.exitCode !== null) throw new Error(`GitTix ended with ${child.exitCode}:\n${output}`);
        return READY.exec(output)?.[1];
      },
      { timeoutMs: READY_MS, what: () => `GitTix ready; it said:\n${output}` },
    );
    const names = processes().map(({ name }) => name);
    return {
      url,
      data,
      supervisorPid: child.pid ?? 0,
      names,
      processes,
      find: (name) => processes().find((each) => each.name === name),
      portOf: (name) => {
        const port = ports.get(name);
        if (port === undefined) throw new Error(`there is no process ${name} with a port`);
        return port;
      },
      monitoringPort,
      programOf: async (name) => {
        const pid = processes().find((each) => each.name === name)?.pid;
        if (pid === undefined) throw new Error(`there is no process ${name}`);
        const { stdout } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
        return stdout.split(' --')[0] ?? '';
      },
      command: async (...words) => {
        const env = ownEnvironment();
        await run(process.execPath, [...GITTIX, 'gittix', '--data', data, ...words], { cwd: ROOT, env });
      },
      output: () => output,
      stripeSecretKey: async () => {
        const keys = JSON.parse(await readFile(join(data, 'data', 'keys.json'), 'utf8')) as {
          stripe: { secretKey: string };
        };
        return keys.stripe.secretKey;
      },
      isUp: () => child.exitCode === null && child.signalCode === null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
