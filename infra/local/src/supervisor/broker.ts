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
export function brokerOf(settings: EnvironmentSettings): Broker {
  const { BUS, STAN_CLUSTER_ID = 'gittix', NATS_MONITORING_PORT: monitoring } = settings;
  const pages = monitoring === undefined ? [] : ['--http_port', String(monitoring)];
  if (BUS !== 'stan') {
    const argumentsFor: Broker['argumentsFor'] = (...place) => [...natsArguments(...place), ...pages];
    return { tool: 'nats-server', directory: 'nats', argumentsFor };
  }
  return {
    tool: 'nats-streaming-server',
    directory: 'nats-streaming',
    argumentsFor: (...place) => [...natsStreamingArguments(...place, STAN_CLUSTER_ID), ...pages],
  };
}
