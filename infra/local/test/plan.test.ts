import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from '../src/options';
import { planServers } from '../src/supervisor/plan-servers';
import { planServices } from '../src/supervisor/plan-services';
import type { PlanInput } from '../src/supervisor/plan-types';
import { loadSecrets, type Secrets } from '../src/supervisor/secrets';

const found = { kind: 'binary', location: '/bin/server', why: 'of the test' } as const;

let secrets: Secrets;
beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), 'gittix-plan-'));
  secrets = await loadSecrets(join(home, 'keys.json'));
  await rm(home, { recursive: true });
});

function plan(env: Record<string, string>) {
  let port = 5_000;
  const input: PlanInput = {
    places: { root: '/gittix', code: '/gittix', data: '/data', logs: '/logs' },
    env,
    settings: parseEnvironment(env),
    servers: { mongod: found, nats: found, redis: found },
    secrets,
    replicas: 1,
    dev: false,
    publicUrl: 'http://127.0.0.1:3000',
    internalUrl: 'http://127.0.0.1:3001',
    takePort: () => (port += 1),
    emulatorPort: 4_000,
  };
  const { specs, urls } = planServers(input);
  const services = new Map(planServices(input, urls).map((spec) => [spec.name, spec.env]));
  return { servers: new Map(specs.map((spec) => [spec.name, spec])), services };
}

describe('DETOURS', () => {
  const DETOURS = 'mongod=9001,nats-server=9002,redis-server=9003,stripe-emulator=9004';

  it('has the services look for servers elsewhere, which themselves stay where they are', () => {
    const { servers, services } = plan({ DETOURS });
    expect(services.get('orders-1')).toMatchObject({
      MONGO_URL: 'mongodb://127.0.0.1:9001/gittix-orders',
      NATS_URL: 'nats://127.0.0.1:9002',
    });
    expect(services.get('expiration-1')).toMatchObject({ REDIS_URL: 'redis://127.0.0.1:9003' });
    expect(services.get('payments-1')).toMatchObject({
      STRIPE_API_URL: 'http://127.0.0.1:9004',
      // What browsers load is not on the way from service to server.
      STRIPE_JS_URL: 'http://127.0.0.1:4000/v3/',
    });
    for (const { port, url, args } of servers.values()) {
      expect(port).toBeLessThan(9_000);
      expect(url).toContain(String(port));
      expect(args).toContain(String(port));
    }
  });

  it('is nothing unless it is asked for', () => {
    const { servers, services } = plan({});
    expect(services.get('orders-1')?.NATS_URL).toBe(servers.get('nats-server')?.url);
  });

  it.each(['mongod', 'mongod=x', 'mongod=1,', '=5'])('refuses %s with the reason', (DETOURS) => {
    expect(() => parseEnvironment({ DETOURS })).toThrow(/DETOURS must be like/);
  });
});

describe('NATS_MONITORING_PORT', () => {
  it.each(['jetstream', 'stan'])('opens the pages of the broker, %s', (BUS) => {
    const name = BUS === 'stan' ? 'nats-streaming-server' : 'nats-server';
    const args = (env: Record<string, string>) =>
      plan({ BUS, ...env })
        .servers.get(name)
        ?.args.join(' ');
    expect(args({ NATS_MONITORING_PORT: '8222' })).toContain('--http_port 8222');
    expect(args({})).not.toContain('http_port');
  });
});
