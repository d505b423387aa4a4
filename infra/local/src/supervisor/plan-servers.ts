import { join } from 'node:path';
import { mongodArguments, redisArguments } from '../servers/arguments';
import type { Found } from '../servers/search';
import { brokerOf } from './broker';
import { LOOPBACK, portTo, type PlanInput, specOf } from './plan-types';
import type { ProcessSpec } from './supervised';

const SERVER_STOP_MS = 10_000;

/** Where the services find them. */
export interface ServerUrls {
  mongo: string;
  nats: string;
  redis: string;
}

/** Database, broker and Redis: a process each, unless the environment named one that runs already. */
export function planServers(input: PlanInput): { specs: ProcessSpec[]; urls: ServerUrls } {
  const { places, servers, settings, takePort } = input;
  const specs: ProcessSpec[] = [];
  const plan = (
    name: string,
    found: Found,
    scheme: string,
    directory: string,
    argumentsFor: (port: number, directory: string) => string[],
  ): string => {
    if (found.kind === 'url') return found.location;
    const port = takePort();
    const urlAt = (at: number) => `${scheme}://${LOOPBACK}:${at}`;
    const [url, args] = [urlAt(port), argumentsFor(port, join(places.data, directory))];
    specs.push(specOf(input, { name, command: found.location, args, port, url, stopMs: SERVER_STOP_MS }));
    return urlAt(portTo(settings, name, port));
  };
  // The stand-in's files are not MongoDB's: each keeps its own.
  const mongoDirectory = servers.mongod.standIn ? 'mongod-stand-in' : 'mongod';
  const broker = brokerOf(settings);
  const urls = {
    mongo: plan('mongod', servers.mongod, 'mongodb', mongoDirectory, mongodArguments),
    nats: plan(broker.tool, servers.nats, 'nats', broker.directory, broker.argumentsFor),
    redis: plan('redis-server', servers.redis, 'redis', 'redis', redisArguments),
  };
  return { specs, urls };
}
