import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { waitFor } from '../../src/testing';

/** A nats-server that a test may kill, with or without its data; always at the same address. */
export class PrivateNats {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly binary: string,
    private readonly port: number,
    private readonly directory: string,
  ) {}

  static async create(): Promise<PrivateNats> {
    const binary = process.env.TEST_NATS_SERVER_BINARY;
    if (!binary)
      throw new Error('TEST_NATS_SERVER_BINARY is not set: this test needs a nats-server of its own');
    return new PrivateNats(binary, await freePort(), await mkdtemp(join(tmpdir(), 'gittix-nats-')));
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { port, directory } = this;
    const options = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', directory];
    this.process = spawn(this.binary, options, { stdio: 'ignore' });
    await waitFor(async () => {
      const nc = await connect({ servers: this.url, reconnect: false, timeout: 500 });
      await nc.close();
      return true;
    });
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
    await rm(this.directory, { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL');
    await this.wipe();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { process: child } = this;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
