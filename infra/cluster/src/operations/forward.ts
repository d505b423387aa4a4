import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ClusterError } from '../kubectl';

/** A port of this machine that leads into a pod. */
export interface Forward {
  port: number;
  close: () => Promise<void>;
}

/** Opens a way to a port of `target` (`service/nats`), for as long as its pod lives. */
export type OpenForward = (namespace: string, target: string, port: number) => Promise<Forward>;

const OPEN_MS = 20_000;

/** By kubectl, which reaches every cluster alike, past all network policies. */
export function forwardWith(env: NodeJS.ProcessEnv): OpenForward {
  return async (namespace, target, port) => {
    const args = ['-n', namespace, 'port-forward', '--address', '127.0.0.1', target, `:${port}`];
    const child = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    const close = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    };
    const timer = setTimeout(() => child.kill(), OPEN_MS);
    try {
      const local = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', () =>
          reject(new ClusterError(`kubectl ${args.join(' ')} ended: ${said.join(' ')}`)),
        );
        for (const stream of [child.stdout, child.stderr]) {
          createInterface({ input: stream }).on('line', (line) => {
            said.push(line);
            const found = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
            if (found !== undefined) resolve(Number(found));
          });
        }
      });
      return { port: local, close };
    } catch (error) {
      await close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}
