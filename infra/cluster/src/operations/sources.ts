import { Databases, type Service } from '../../../torture/src/evidence/database';
import { JetStreamBroker } from '../../../torture/src/evidence/jetstream-broker';
import type { Sources } from '../../../torture/src/evidence/sources';
import { notReady } from '../ready';
import type { Forward, OpenForward } from './forward';
import type { Namespace } from './namespace';

const HERE = '127.0.0.1';
const SERVERS = { mongo: 27017, redis: 6379, nats: 4222, 'stripe-emulator': 3000 } as const;
type Server = keyof typeof SERVERS;

/** A service's own way to its database, led to this port. Throws when it is no such address. */
export function throughPort(mongoUrl: string, port: number): string {
  const parts = /^mongodb:\/\/(?<who>[^@/]*@)?[^@/]+\/(?<name>[^?]+)(?:\?(?<query>.*))?$/.exec(
    mongoUrl,
  )?.groups;
  if (!parts) throw new Error('MONGO_URL is no address of a database in the cluster');
  // The one member at the other end, whatever set it belongs to.
  const query = new URLSearchParams({ directConnection: 'true' });
  const authSource = new URLSearchParams(parts['query'] ?? '').get('authSource');
  if (authSource !== null) query.set('authSource', authSource);
  return `mongodb://${parts['who'] ?? ''}${HERE}:${port}/${parts['name']}?${query.toString()}`;
}

/** Opens the ways to what keeps data, has it read, and closes them again. */
export async function withSources<T>(
  namespace: Namespace,
  open: OpenForward,
  read: (sources: Sources) => Promise<T>,
): Promise<T> {
  const forwards: Forward[] = [];
  try {
    const ports = {} as Record<Server, number>;
    for (const [server, port] of Object.entries(SERVERS)) {
      const forward = await open(namespace.name, `service/${server}`, port);
      forwards.push(forward);
      ports[server as Server] = forward.port;
    }
    const secret = await namespace.secrets();
    const urlOf = (service: Service) => throughPort(secret(`${service}-secrets`, 'MONGO_URL'), ports.mongo);
    return await read({
      databases: () => Databases.connect(urlOf),
      broker: () => JetStreamBroker.connect({ port: ports.nats }),
      redis: { host: HERE, port: ports.redis, password: secret('redis-secrets', 'REDIS_PASSWORD') },
      emulator: `http://${HERE}:${ports['stripe-emulator']}`,
      unready: async () => {
        const missing = notReady(await namespace.do(['get', 'deployments,statefulsets', '-o', 'json']));
        return missing.map((one) => `${one} is not ready`);
      },
    });
  } finally {
    for (const { close } of forwards) await close();
  }
}
