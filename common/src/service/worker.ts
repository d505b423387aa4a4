import { Counter, Gauge } from 'prom-client';
import {
  connectBus,
  type BusOptions,
  type DeadLetterStore,
  type EventBus,
  type Subscription,
  type SubscribeOptions,
} from '../bus';
import type { AnyEvent, EventType } from '../events';
import { armFaultPoints } from '../fault-points';
import { Health, serveHealth } from '../health';
import type { Lifecycle } from '../lifecycle';
import type { Logger } from '../logging';
import type { WorkerConfig } from './settings';

/** One line of a service's listener table. */
export type Listener = Omit<SubscribeOptions, 'group'>;

/** A listener whose handler sees just the events it asked for: the bus passes on no others. */
export function on<T extends EventType>(
  types: readonly T[],
  handle: (event: EventOf<T>) => Promise<void>,
): Listener {
  return { types: [...types], handle: (event) => handle(event as EventOf<T>) };
}

type EventOf<T extends EventType> = Extract<AnyEvent, { type: T }>;

export interface Worker {
  bus: EventBus;
  /** Starts the listeners as the consumer group of this service; they stop before the bus closes. */
  subscribe(listeners: Listener[]): Promise<void>;
  /** False after a minute without the bus: a change would be heard by nobody for too long. */
  acceptsChanges: () => boolean;
  /** A figure of the service's own on /metrics; answers how to set it. Not shown before it is set. */
  figure(name: string, help: string): (value: number) => void;
}

const LONGEST_WITHOUT_BUS_MS = 60_000;

/** Health first, so that /livez answers while everything else is still waited for. */
export async function openHealth(name: string, config: WorkerConfig, lifecycle: Lifecycle): Promise<Health> {
  const health = new Health(name);
  const server = await serveHealth(health, { host: config.HOST, port: config.INTERNAL_PORT });
  lifecycle.onStop('health server', () => server.close());
  return health;
}

/** The part of the wiring that every process on the bus shares. */
export async function openWorker(options: {
  name: string;
  config: WorkerConfig;
  logger: Logger;
  lifecycle: Lifecycle;
  health: Health;
  deadLetters: DeadLetterStore;
  /** For owners of aggregates. */
  onStreamCreated?: BusOptions['onStreamCreated'];
  clock?: () => Date;
}): Promise<Worker> {
  const { name, config, logger, lifecycle, health, deadLetters, onStreamCreated } = options;
  const { clock = () => new Date() } = options;
  armFaultPoints(config, logger);
  const handled = new Counter({
    name: 'gittix_events_total',
    help: 'Messages taken from the bus, by type and outcome',
    labelNames: ['type', 'outcome'],
    registers: [health.metrics],
  });
  const bus = await connectBus(config, {
    name,
    deadLetters,
    logger,
    onOutcome: ({ type, outcome }) => handled.inc({ type: type ?? 'unreadable', outcome }),
    signal: lifecycle.signal,
    onStreamCreated,
    clock,
  });
  lifecycle.onStop('bus', () => bus.close());
  health.add({ name: 'bus', needed: 'at-start', test: () => bus.status().connected || 'not connected' });

  return {
    bus,
    figure: (metric, help) => {
      const gauge = new Gauge({ name: metric, help, registers: [health.metrics] });
      gauge.remove();
      return (value) => gauge.set(value);
    },
    subscribe: async (listeners) => {
      const subscriptions: Subscription[] = [];
      lifecycle.onStop('listeners', async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.close()));
      });
      for (const listener of listeners) subscriptions.push(await bus.subscribe({ group: name, ...listener }));
    },
    acceptsChanges: () => {
      const { connected, since } = bus.status();
      return connected || clock().getTime() - since.getTime() < LONGEST_WITHOUT_BUS_MS;
    },
  };
}
