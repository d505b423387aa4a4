import type { Random } from '../random';

/** One kind of thing that goes wrong, named as `--only` takes it. */
export interface FaultKind {
  name: string;
  /** How often it is in the deck from which the plan deals. */
  weight: number;
  /** Only when asked for by `--with`: what the product does not promise to survive yet. */
  onRequest?: true;
}

const SERVICES = ['auth', 'tickets', 'orders', 'payments', 'expiration'];
const SERVERS = {
  broker: 'nats-server',
  redis: 'redis-server',
  database: 'mongod',
  stripe: 'stripe-emulator',
};

/** How the stand-in for Stripe misbehaves for a while; see its README for the words. */
export const STRIPE_FAULTS: Record<string, readonly Record<string, unknown>[]> = {
  'error-before': ['create', 'capture', 'cancel', 'retrieve', 'refund'].map((operation) => ({
    ...{ operation, fault: 'error', when: 'before', probability: 0.6 },
  })),
  'error-after': ['create', 'capture', 'cancel', 'refund'].map((operation) => ({
    ...{ operation, fault: 'error', when: 'after', probability: 0.6 },
  })),
  'lost-answer': ['create', 'capture', 'cancel'].map((operation) => ({
    ...{ operation, fault: 'error', when: 'after', stored: false, status: 502, probability: 0.6 },
  })),
  'rate-limit': ['create', 'capture', 'cancel', 'retrieve'].map((operation) => ({
    ...{ operation, fault: 'rate_limit', probability: 0.6 },
  })),
  hang: ['create', 'capture', 'cancel', 'retrieve'].flatMap((operation) => [
    { operation, fault: 'hang', when: 'before', seconds: 12, probability: 0.2 },
    { operation, fault: 'hang', when: 'after', seconds: 12, probability: 0.2 },
  ]),
  decline: [{ operation: 'confirm', fault: 'decline', probability: 0.7 }],
  'capture-failure': [{ operation: 'capture', fault: 'capture_failure', probability: 0.9 }],
  'webhook-drop': [{ operation: 'webhook', fault: 'drop' }],
  'webhook-double': [{ operation: 'webhook', fault: 'double', copies: 3 }],
  'webhook-delay': [{ operation: 'webhook', fault: 'delay', seconds: 6 }],
  'webhook-reorder': [{ operation: 'webhook', fault: 'reorder', seconds: 5 }],
};

export const KINDS: readonly FaultKind[] = [
  ...SERVICES.map((service) => ({ name: `kill:${service}`, weight: 3 })),
  ...Object.keys(SERVERS).map((server) => ({ name: `kill:${server}`, weight: 2 })),
  ...[...SERVICES, ...Object.keys(SERVERS)].map((part) => ({ name: `pause:${part}`, weight: 1 })),
  { name: 'redis:flush', weight: 1 },
  ...Object.keys(STRIPE_FAULTS).map((fault) => ({ name: `stripe:${fault}`, weight: 1 })),
  { name: 'broker:wipe', weight: 1, onRequest: true },
];

/** Kinds chosen by `--only`: a whole name, or what stands before the colon. */
export function chosenKinds(only: readonly string[], allowed: readonly string[] = []): FaultKind[] {
  const fits = (word: string, { name }: FaultKind) => name === word || name.startsWith(`${word}:`);
  const unknown = [...only, ...allowed].filter((word) => !KINDS.some((kind) => fits(word, kind)));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}`);
  return KINDS.filter(
    (kind) =>
      (only.length === 0 || only.some((word) => fits(word, kind))) &&
      (!kind.onRequest || allowed.some((word) => fits(word, kind))),
  );
}

/** `orders` -> one of its replicas; `broker` -> the server's process. */
export function processName(part: string, replicas: number, random: Random): string {
  const server = (SERVERS as Record<string, string>)[part];
  return server ?? `${part}-${random.between(1, replicas)}`;
}
