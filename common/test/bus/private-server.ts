import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { releasePorts, stablePorts } from '../../../infra/local/src/servers/ports';
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
    const child = spawn(this.binary, this.argumentsFor(this.place), { stdio: 'ignore' });
    this.process = child;
    await waitFor(() => hasEnded(child) || this.answers(), {
      timeoutMs: 30_000,
      what: `${this.binary} to answer`,
    });
    if (hasEnded(child)) throw new Error(`${this.binary} ended with ${child.signalCode ?? child.exitCode}`);
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Resolves when it stands still: after the signal some of its threads may go on for a while, and answer. */
  async pause(): Promise<void> {
    this.process?.kill('SIGSTOP');
    await waitFor(async () => (await this.state()).startsWith('T'), {
      what: `${this.binary} to stand still`,
    });
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
    releasePorts([this.place.port]);
  }

  protected abstract argumentsFor(place: ServerPlace): string[];
  /** Rejects while it is not up. */
  protected abstract answers(): Promise<boolean>;

  /** As `ps` names it: T is stopped. */
  private async state(): Promise<string> {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', String(this.process?.pid)]);
    return stdout.trim();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    if (!child || hasEnded(child)) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

/** A port that nobody takes while the server is down, and a directory of its own. */
export async function freePlace(): Promise<ServerPlace> {
  const [port = 0] = await stablePorts(1);
  return { port, directory: await mkdtemp(join(tmpdir(), 'gittix-nats-')) };
}
