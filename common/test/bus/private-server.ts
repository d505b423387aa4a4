import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../src/testing';

export interface ServerPlace {
  port: number;
  directory: string;
}

/** A server that a test may kill, with or without its data; always at the same address. */
export abstract class PrivateServer {
  private process: ChildProcess | undefined;

  protected constructor(
    private readonly binary: string,
    private readonly place: ServerPlace,
  ) {}

  get url(): string {
    return `nats://127.0.0.1:${this.place.port}`;
  }

  async start(): Promise<void> {
    this.process = spawn(this.binary, this.argumentsFor(this.place), { stdio: 'ignore' });
    await waitFor(() => this.answers(), { timeoutMs: 10_000, what: `${this.binary} to answer` });
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  /** Loses everything that was stored. */
  async wipe(): Promise<void> {
    await rm(this.place.directory, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await this.wipe();
  }

  protected abstract argumentsFor(place: ServerPlace): string[];
  /** Rejects while it is not up. */
  protected abstract answers(): Promise<boolean>;

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

/** A free port and a directory of its own. */
export async function freePlace(): Promise<ServerPlace> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return { port, directory: await mkdtemp(join(tmpdir(), 'gittix-nats-')) };
}
