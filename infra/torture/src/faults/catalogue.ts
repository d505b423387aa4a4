import { PARTS } from '../network/network';
import type { Random } from '../random';

/** One kind of thing that goes wrong, named as `--only` takes it. */
export interface FaultKind {
  name: string;
  /** How often it is in the deck from which the plan deals; one that is planned once is in no deck. */
  weight: number;
  /** Just once in a run, if that is at least so long, somewhere between these parts of it. */
  once?: { leastMs: number; from: number; to: number };
}

const SERVICES = ['auth', 'tickets', 'orders', 'payments', 'expiration'];
/** And the broker, whose process has another name on each bus. */
const SERVERS = {
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

const CONSUMERS = ['tickets', 'orders', 'payments', 'expiration'];
const CUTS = ['cut', 'delay', 'stall'];

export const KINDS: readonly FaultKind[] = [
  ...SERVICES.map((service) => ({ name: `kill:${service}`, weight: 3 })),
  ...['broker', ...Object.keys(SERVERS)].map((server) => ({ name: `kill:${server}`, weight: 2 })),
  ...[...SERVICES, 'broker', ...Object.keys(SERVERS)].map((part) => ({ name: `pause:${part}`, weight: 1 })),
  { name: 'redis:flush', weight: 1 },
  ...Object.keys(STRIPE_FAULTS).map((fault) => ({ name: `stripe:${fault}`, weight: 1 })),
  ...CUTS.flatMap((cut) => PARTS.map((part) => ({ name: `network:${cut}:${part}`, weight: 1 }))),
  { name: 'broker:wipe', weight: 0, once: { leastMs: 120_000, from: 1 / 3, to: 2 / 3 } },
  ...CONSUMERS.map((service) => ({
    name: `pause-long:${service}`,
    weight: 0,
    once: { leastMs: 180_000, from: 0.1, to: 0.75 },
  })),
];

/** Kinds chosen by `--only` and `--without`: a whole name, or what stands before a colon. */
export function chosenKinds(only: readonly string[], without: readonly string[] = []): FaultKind[] {
  const fits = (word: string, { name }: FaultKind) => name === word || name.startsWith(`${word}:`);
  const unknown = [...only, ...without].filter((word) => !KINDS.some((kind) => fits(word, kind)));
  if (unknown.length > 0) throw new Error(`no such fault: ${unknown.join(', ')}`);
  return KINDS.filter(
    (kind) =>
      (only.length === 0 || only.some((word) => fits(word, kind))) &&
      !without.some((word) => fits(word, kind)),
  );
}

/** `orders` -> one of its replicas; `broker` -> the server's process. */
export function processName(
  part: string,
  instance: { replicas: number; broker: string },
  random: Random,
): string {
  if (part === 'broker') return instance.broker;
  const server = (SERVERS as Record<string, string>)[part];
  return server ?? `${part}-${random.between(1, instance.replicas)}`;
}
