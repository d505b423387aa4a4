import { join } from 'node:path';
import { CLIENT_SERVER } from '../build/client';
import type { EnvironmentSettings } from '../options';
import { mongodArguments, natsArguments, redisArguments } from '../servers/arguments';
import type { Found } from '../servers/search';
import { answers, answersWell, portIsOpen } from './ready';
import { publicJwks, type Secrets } from './secrets';
import type { ProcessSpec } from './supervised';

export const LOOPBACK = '127.0.0.1';
const SERVICES = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
/** A service drains its requests (10 s at most) and handlers before it ends. */
const SERVICE_STOP_MS = 20_000;
const SERVER_STOP_MS = 10_000;
const STRIPE_JS = 'https://js.stripe.com/v3/';

export interface Places {
  root: string;
  data: string;
  logs: string;
}

export interface Servers {
  mongod: Found;
  nats: Found;
  redis: Found;
}

export interface PlanInput {
  places: Places;
  env: NodeJS.ProcessEnv;
  settings: EnvironmentSettings;
  servers: Servers;
  secrets: Secrets;
  replicas: number;
  /** Run from the sources, reloading when they change. */
  dev: boolean;
  /** What browsers open. */
  publicUrl: string;
  /** What the client's own server calls. */
  internalUrl: string;
  /** One free port at each call. */
  takePort: () => number;
  emulatorPort: number;
}

/** Everything that runs: `servers` first up and last down. */
export interface Plan {
  servers: ProcessSpec[];
  services: ProcessSpec[];
}

type Seed = Pick<ProcessSpec, 'name' | 'command' | 'args'> & Partial<ProcessSpec> & { port: number };

/** Decides about every process: command, ports, environment. */
export function planProcesses(input: PlanInput): Plan {
  const { places, servers, settings, secrets, takePort, dev } = input;
  const { root, data } = places;
  const local = (port: number) => `http://${LOOPBACK}:${port}`;

  const spec = (seed: Seed): ProcessSpec => ({
    cwd: root,
    env: input.env,
    internalPort: null,
    url: local(seed.port),
    log: join(places.logs, `${seed.name}.log`),
    stopMs: SERVICE_STOP_MS,
    isReady: portIsOpen(seed.port),
    ...seed,
  });

  const planned: ProcessSpec[] = [];
  const server = (
    name: string,
    found: Found,
    scheme: string,
    directory: string,
    argumentsFor: (port: number, directory: string) => string[],
  ): string => {
    if (found.kind === 'url') return found.location;
    const port = takePort();
    const url = `${scheme}://${LOOPBACK}:${port}`;
    const args = argumentsFor(port, join(data, directory));
    planned.push(spec({ name, command: found.location, args, port, url, stopMs: SERVER_STOP_MS }));
    return url;
  };
  const mongoUrl = server(
    'mongod',
    servers.mongod,
    'mongodb',
    // The stand-in's files are not MongoDB's: each keeps its own.
    servers.mongod.standIn ? 'mongod-stand-in' : 'mongod',
    mongodArguments,
  );
  const natsUrl = server('nats-server', servers.nats, 'nats', 'nats', natsArguments);
  const redisUrl = server('redis-server', servers.redis, 'redis', 'redis', redisArguments);

  const jwks = publicJwks(secrets);
  const emulator = settings.STRIPE_SECRET_KEY === undefined ? local(input.emulatorPort) : undefined;
  const made = secrets.stripe;
  const common: NodeJS.ProcessEnv = {
    ...input.env,
    NODE_ENV: dev ? 'development' : 'production',
    HOST: LOOPBACK,
    NATS_URL: natsUrl,
    COOKIE_SECURE: 'false',
  };
  const settingsOf: Record<(typeof SERVICES)[number], NodeJS.ProcessEnv> = {
    auth: { JWT_PRIVATE_KEY: JSON.stringify(secrets.signingKey) },
    tickets: {},
    orders: {},
    payments: emulator
      ? {
          STRIPE_SECRET_KEY: made.secretKey,
          STRIPE_PUBLISHABLE_KEY: made.publishableKey,
          STRIPE_WEBHOOK_SECRETS: made.webhookSecret,
          STRIPE_API_URL: emulator,
          STRIPE_JS_URL: `${emulator}/v3/`,
        }
      : {
          // Webhooks are only hints; without a secret of its own, nobody can send one.
          STRIPE_WEBHOOK_SECRETS: settings.STRIPE_WEBHOOK_SECRETS ?? made.webhookSecret,
          STRIPE_JS_URL: input.env.STRIPE_JS_URL || STRIPE_JS,
        },
    expiration: { REDIS_URL: redisUrl },
  };

  const run = (part: string): Pick<ProcessSpec, 'command' | 'args' | 'cwd'> =>
    dev
      ? {
          command: process.execPath,
          args: [
            join(root, 'node_modules/tsx/dist/cli.mjs'),
            'watch',
            '--clear-screen=false',
            '--conditions=gittix-source',
            'src/main.ts',
          ],
          cwd: join(root, part),
        }
      : { command: process.execPath, args: [join(root, part, 'dist/main.js')], cwd: join(root, part) };

  const services: ProcessSpec[] = [];
  for (const name of SERVICES) {
    for (let replica = 1; replica <= input.replicas; replica++) {
      const port = takePort();
      const internalPort = takePort();
      const env = {
        ...common,
        PORT: String(port),
        INTERNAL_PORT: String(internalPort),
        MONGO_URL: withDatabase(mongoUrl, `gittix-${name}`),
        JWKS: jwks,
        ...settingsOf[name],
      };
      const isReady = answersWell(`${local(internalPort)}/readyz`);
      services.push(spec({ ...run(name), name: `${name}-${replica}`, port, internalPort, env, isReady }));
    }
  }
  if (emulator !== undefined) {
    const port = input.emulatorPort;
    const env = {
      ...common,
      PORT: String(port),
      STRIPE_SECRET_KEY: made.secretKey,
      STRIPE_PUBLISHABLE_KEY: made.publishableKey,
      WEBHOOK_URL: `${input.publicUrl}/api/payments/webhook`,
      WEBHOOK_SECRET: made.webhookSecret,
      LEDGER_FILE: join(data, 'stripe-ledger.ndjson'),
      PUBLIC_URL: emulator,
    };
    const isReady = answersWell(`${emulator}/livez`);
    services.push(spec({ ...run('infra/stripe-emulator'), name: 'stripe-emulator', port, env, isReady }));
  }
  services.push(client());
  return { servers: planned, services };

  function client(): ProcessSpec {
    const port = takePort();
    const { internalUrl } = input;
    const env = {
      ...common,
      PORT: String(port),
      HOSTNAME: LOOPBACK,
      AUTH_URL: internalUrl,
      TICKETS_URL: internalUrl,
      ORDERS_URL: internalUrl,
      PAYMENTS_URL: internalUrl,
      JWKS: jwks,
      NEXT_TELEMETRY_DISABLED: '1',
      ...(emulator !== undefined && { STRIPE_JS_ORIGIN: emulator }),
    };
    const next = join(root, 'node_modules/next/dist/bin/next');
    const args = dev
      ? [next, 'dev', '--webpack', '--hostname', LOOPBACK, '--port', String(port)]
      : [join(root, CLIENT_SERVER)];
    const cwd = join(root, 'client');
    // A file that every build has; a page would have to wait for the services.
    const isReady = answers(`${local(port)}/favicon.ico`);
    return spec({ name: 'client-1', command: process.execPath, args, cwd, port, env, isReady });
  }
}

/** `mongodb://host:port/?x=y` and `auth` -> `mongodb://host:port/auth?x=y`. */
export function withDatabase(url: string, database: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(url);
  if (!parts) throw new Error('MONGO_URL is not the address of a MongoDB (mongodb://host:port)');
  return `${parts[1]}/${database}${parts[2] ?? ''}`;
}
