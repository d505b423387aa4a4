import { natsArguments, natsStreamingArguments } from '../servers/arguments';
import type { EnvironmentSettings } from '../options';

interface Broker {
  /** Also the name of its process. */
  tool: 'nats-server' | 'nats-streaming-server';
  /** Below the data directory; their files are not the same. */
  directory: string;
  argumentsFor: (port: number, directory: string) => string[];
}

/** The broker that BUS names. */
export function brokerOf({ BUS, STAN_CLUSTER_ID = 'gittix' }: EnvironmentSettings): Broker {
  if (BUS !== 'stan') return { tool: 'nats-server', directory: 'nats', argumentsFor: natsArguments };
  return {
    tool: 'nats-streaming-server',
    directory: 'nats-streaming',
    argumentsFor: (port, directory) => natsStreamingArguments(port, directory, STAN_CLUSTER_ID),
  };
}
