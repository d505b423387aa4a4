import { connect } from '@nats-io/transport-node';
import { surroundings } from '../../../infra/local/src/config';
import { natsStreamingArguments } from '../../../infra/local/src/servers/arguments';
import { findNatsStreamingServer } from '../../../infra/local/src/servers/nats-streaming-server';
import { freePlace, PrivateServer, type ServerPlace } from './private-server';

export const CLUSTER_ID = 'gittix-test';
/** Building it from its Go module, once on a machine. */
export const FIND_MS = 6 * 60_000;

/** A nats-streaming-server that a test may kill. */
export class PrivateStan extends PrivateServer {
  /** Finds or builds the server, and throws when it cannot be had. */
  static async create(): Promise<PrivateStan> {
    const machine = surroundings(() => undefined);
    // A running one must not be killed: the test needs its own.
    const { location } = await findNatsStreamingServer({ ...machine, env: { ...machine.env, NATS_URL: '' } });
    return new PrivateStan(location, await freePlace());
  }

  protected argumentsFor({ port, directory }: ServerPlace): string[] {
    return natsStreamingArguments(port, directory, CLUSTER_ID);
  }

  protected async answers(): Promise<boolean> {
    const nc = await connect({ servers: this.url, reconnect: false, timeout: 500 });
    try {
      // Any answer will do, and it is refused at once while nobody listens there.
      await nc.request(`_STAN.discover.${CLUSTER_ID}`, '', { timeout: 500 });
    } finally {
      await nc.close();
    }
    return true;
  }
}
