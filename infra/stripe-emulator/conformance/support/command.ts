import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { waitFor } from '@gittix/common/testing';

/** Runs a program to its end and answers its output; rejects with what it said when it fails, is missing or takes too long. */
export function run(
  program: string,
  args: string[],
  options: { timeoutMs: number; env?: NodeJS.ProcessEnv },
) {
  return new Promise<string>((resolve, reject) => {
    const { timeoutMs: timeout, env = process.env } = options;
    execFile(program, args, { timeout, env, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${stderr.slice(-2_000)}`));
      else resolve(stdout);
    });
  });
}

export interface Server {
  url: string;
  stop(): Promise<void>;
}

/** Starts a program that listens, and waits until it does. */
export async function startServer(program: string, args: (port: number) => string[]): Promise<Server> {
  const port = await freePort();
  const child = spawn(program, args(port), { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-5_000)));
  }
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await waitFor(() => accepts(port), { timeoutMs: 20_000, what: `${program} listening on ${port}` });
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${log}`, { cause: error });
  }
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
