import type { RedisOptions } from 'ioredis';
import type { Instance } from '../instance/instance';
import type { Broker } from './broker';
import { Databases } from './database';
import { connectBroker } from './open-broker';
import { unready } from './ready';

/** Where a GitTix is read from outside, wherever it runs. What is opened, its reader closes. */
export interface Sources {
  databases(): Promise<Databases>;
  broker(): Promise<Broker>;
  /** Of expiration, which has no database. */
  redis: Pick<RedisOptions, 'host' | 'port' | 'password'>;
  /** Address of the emulator that plays Stripe. */
  emulator: string;
  /** Processes that are not ready, in words. */
  unready(): Promise<string[]>;
}

const LOOPBACK = '127.0.0.1';

/** Of an instance that runs on this machine. */
export const sourcesOf = (instance: Instance): Sources => ({
  databases: () => Databases.at(instance.portOf('mongod')),
  broker: () => connectBroker(instance),
  redis: { host: LOOPBACK, port: instance.portOf('redis-server') },
  emulator: `http://${LOOPBACK}:${instance.portOf('stripe-emulator')}`,
  unready: () => unready(instance),
});
