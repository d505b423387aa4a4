import type { Instance } from '../instance/instance';
import type { Broker, BrokerPorts } from './broker';
import { JetStreamBroker } from './jetstream-broker';
import { StanBroker } from './stan-broker';

/** What this tool knows of each kind of broker: how to read it, and how to start it once more on data that were taken away. */
export interface BrokerKind {
  /** Name of its process under the supervisor. */
  process: string;
  /** Where it keeps its files, below the instance's data. */
  directory: string;
  connect(at: BrokerPorts): Promise<Broker>;
  argumentsOn(directory: string, at: BrokerPorts): string[];
}

const LOOPBACK = '127.0.0.1';
/** The one that the local run starts when nothing else is said. */
const CLUSTER_ID = 'gittix';

const KINDS: readonly BrokerKind[] = [
  {
    process: 'nats-server',
    directory: 'nats',
    connect: (at) => JetStreamBroker.connect(at),
    argumentsOn: (directory, { port }) => [
      ...['--addr', LOOPBACK, '--port', String(port), '--jetstream', '--store_dir', directory],
    ],
  },
  {
    process: 'nats-streaming-server',
    directory: 'nats-streaming',
    connect: (at) => StanBroker.connect({ ...at, clusterId: CLUSTER_ID }),
    argumentsOn: (directory, { port, monitoringPort }) => [
      ...['--addr', LOOPBACK, '--port', String(port), '--http_port', String(monitoringPort)],
      ...['--cluster_id', CLUSTER_ID],
      ...['--store', 'file', '--dir', directory, '--max_channels', '0'],
    ],
  },
];

/** The broker that this instance runs on. */
export function brokerOf({ names }: Pick<Instance, 'names'>): BrokerKind {
  const found = KINDS.find(({ process }) => names.includes(process));
  if (!found) throw new Error(`there is no broker among ${names.join(', ')}`);
  return found;
}

export function connectBroker(instance: Instance): Promise<Broker> {
  const kind = brokerOf(instance);
  return kind.connect({ port: instance.portOf(kind.process), monitoringPort: instance.monitoringPort });
}
