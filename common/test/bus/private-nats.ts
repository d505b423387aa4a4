import { connect } from '@nats-io/transport-node';
import { freePlace, PrivateServer, type ServerPlace } from './private-server';

/** A nats-server that a test may kill. */
export class PrivateNats extends PrivateServer {
  static async create(): Promise<PrivateNats> {
    const binary = process.env.TEST_NATS_SERVER_BINARY;
    if (!binary)
      throw new Error('TEST_NATS_SERVER_BINARY is not set: this test needs a nats-server of its own');
    return new PrivateNats(binary, await freePlace());
  }

  protected argumentsFor({ port, directory }: ServerPlace): string[] {
    return ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', directory];
  }

  protected async answers(): Promise<boolean> {
    const nc = await connect({ servers: this.url, reconnect: false, timeout: 500 });
    await nc.close();
    return true;
  }
}
