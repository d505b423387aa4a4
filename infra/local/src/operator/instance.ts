import { join, resolve } from 'node:path';
import type { EnvironmentSettings } from '../options';
import type { Found } from '../servers/search';
import { isAlive } from '../supervisor/earlier-run';
import { planServices } from '../supervisor/plan-services';
import type { PlanInput } from '../supervisor/plan-types';
import { readRunFile, type RunState } from '../supervisor/run-file';
import { loadSecrets } from '../supervisor/secrets';
import type { ServiceName } from './calls';

/** There is no instance to ask, or not enough is known about it. */
export class NoInstanceError extends Error {
  override readonly name = 'NoInstanceError';
}

export interface Instance {
  /** Run from its sources. */
  dev: boolean;
  /** What the supervisor gives this service. */
  environmentOf: (service: ServiceName) => NodeJS.ProcessEnv;
}

/** The instance that runs with these data, as its run.json and keys tell. */
export async function findInstance(options: {
  root: string;
  data: string;
  env: NodeJS.ProcessEnv;
  settings: EnvironmentSettings;
}): Promise<Instance> {
  const { root, data, env } = options;
  const base = resolve(root, data);
  const state = await readRunFile(join(base, 'run.json'));
  if (!state || !(await isAlive(state))) {
    throw new NoInstanceError(
      `No GitTix runs with its data in ${base}. Start it with npm start, or name the directory it uses: --data DIR`,
    );
  }
  const portOf = (name: string) => state.processes.find((one) => one.name === name)?.port ?? undefined;
  const emulatorPort = portOf('stripe-emulator');
  const dev = state.processes.some(({ name }) => name === 'common-watch');
  const isStan = portOf('nats-streaming-server') !== undefined;
  const settings = { ...options.settings };
  if (emulatorPort !== undefined) delete settings.STRIPE_SECRET_KEY;
  const input: Omit<PlanInput, 'servers'> = {
    places: { root, code: root, data: join(base, 'data'), logs: join(base, 'logs') },
    env: isStan ? { ...env, BUS: 'stan' } : env,
    settings,
    secrets: await loadSecrets(join(base, 'data/keys.json')),
    replicas: 1,
    dev,
    publicUrl: state.url,
    internalUrl: state.url,
    takePort: () => 0,
    emulatorPort: emulatorPort ?? 0,
  };
  const urls = {
    mongo: serverUrl(state, env, ['mongod'], 'MONGO_URL'),
    nats: serverUrl(state, env, ['nats-server', 'nats-streaming-server'], 'NATS_URL'),
    redis: serverUrl(state, env, ['redis-server'], 'REDIS_URL'),
  };
  return {
    dev,
    environmentOf: (service) => {
      if (service === 'payments' && emulatorPort === undefined && settings.STRIPE_SECRET_KEY === undefined) {
        throw new NoInstanceError(
          'This instance uses a Stripe account: set STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY here as for npm start.',
        );
      }
      const servers = { mongod: given(urls.mongo), nats: given(urls.nats), redis: given(urls.redis) };
      const spec = planServices({ ...input, servers }, urls).find(({ name }) => name === `${service}-1`);
      if (!spec) throw new Error(`${service} is not planned`);
      return { ...spec.env, LOG_LEVEL: 'warn' };
    },
  };
}

const given = (location: string): Found => ({ kind: 'url', location, why: 'of the running instance' });

/** Servers that npm start was given by URL are not in run.json: the same setting tells where they are. */
function serverUrl(state: RunState, env: NodeJS.ProcessEnv, names: string[], setting: string): string {
  const url = state.processes.find(({ name }) => names.includes(name))?.url ?? env[setting];
  if (url) return url;
  throw new NoInstanceError(
    `${names.join(' or ')} is not among the processes of ${state.url}. It may be starting again: try once more. If npm start was given ${setting}, set it here as well.`,
  );
}
