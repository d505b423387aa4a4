import type { Rendered } from './render';

const OWNERS = ['auth', 'tickets', 'orders', 'payments'];
const SERVICES = [...OWNERS, 'expiration'];
const MIGRATIONS = OWNERS.map((name) => `${name}-migrate`);
const DATA = ['mongo', 'redis', 'nats'];
const NGINX = 'ingress-nginx';
const TRAEFIK = 'traefik';

/** `a, b -> c:1` for each of the names. */
const each = (froms: string[], tos: string[]) => froms.flatMap((from) => tos.map((to) => `${from} -> ${to}`));

const to = (names: string[], port: number) => names.map((name) => `${name}:${port}`);

/** The edges of the design: who may be talked to by whom, and nothing else. */
const between = {
  visitors: (proxy: string) => each([proxy], to([...OWNERS, 'client'], 3000)),
  pages: each(['client'], to(OWNERS, 3000)),
  metrics: each(['prometheus'], to(SERVICES, 9090)),
  mongo: (pods: string[]) => each([...pods, 'mongo'], ['mongo:27017']),
  broker: [...each(SERVICES, ['nats:4222']), ...each(['expiration'], ['redis:6379'])],
  outside: [
    ...each(OWNERS, ['private address:27017']),
    ...each(SERVICES, ['private address:4222']),
    ...each(['expiration'], ['private address:6379']),
  ],
  stripe: ['payments -> internet:443'],
  emulator: ['payments -> stripe-emulator:3000', 'stripe-emulator -> payments:3000'],
};
const dns = (pods: string[]) => each(pods, ['dns:53', 'dns:53/udp']);

const parts = (proxy: string) => [
  ...between.visitors(proxy),
  ...between.pages,
  ...between.metrics,
  ...dns([...SERVICES, 'client']),
];
const data = [
  ...between.mongo([...OWNERS, 'mongo-keeper']),
  ...between.broker,
  ...dns([...DATA, 'mongo-keeper']),
];
const labData = [...between.mongo(OWNERS), ...between.broker, ...dns(DATA)];
const emulator = (proxy: string) => [`${proxy} -> stripe-emulator:3000`, ...dns(['stripe-emulator'])];
const acme = (proxy: string) => [`${proxy} -> acme-solver:8089`, ...dns(['acme-solver'])];

const minikube = [...parts(NGINX), ...data, ...between.emulator, ...emulator(NGINX)];
const dev = (proxy: string) => [
  ...parts(proxy),
  ...data,
  ...between.emulator,
  ...emulator(proxy),
  ...acme(proxy),
];
const staging = (proxy: string) => [...parts(proxy), ...data, ...between.stripe, ...acme(proxy)];
const migrations = [
  ...between.mongo([...MIGRATIONS, 'mongo-keeper']),
  ...dns([...MIGRATIONS, ...DATA, 'mongo-keeper']),
];

/** All that is allowed, by what is rendered. */
export const EDGES: Record<Rendered, string[]> = {
  'overlays/minikube': minikube,
  'overlays/lab': [...parts(NGINX), ...labData, ...between.emulator, ...emulator(NGINX)],
  'overlays/dev': dev(NGINX),
  'overlays/dev/migrate': [...migrations, ...emulator(NGINX), ...acme(NGINX)],
  'overlays/staging': staging(NGINX),
  'overlays/staging/migrate': [...migrations, ...acme(NGINX)],
  'overlays/production': [...parts(NGINX), ...between.outside, ...between.stripe, ...acme(NGINX)],
  'overlays/production/migrate': [
    ...each(MIGRATIONS, ['private address:27017']),
    ...acme(NGINX),
    ...dns(MIGRATIONS),
  ],
  'variations/minikube-nats-streaming': minikube,
  'variations/lab-gateway': [
    ...parts(TRAEFIK),
    ...labData,
    ...between.emulator,
    ...emulator(TRAEFIK),
    ...acme(TRAEFIK),
  ],
  'variations/dev-gateway': dev(TRAEFIK),
  'variations/staging-gateway': staging(TRAEFIK),
};
