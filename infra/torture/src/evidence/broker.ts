import type { StreamEvent } from './evidence';

/** Read-only looks at the broker, and the one thing that is written: poison, when it is asked for. */
export interface Broker {
  /** Messages that some durable consumer has not had, or not acknowledged, in words. */
  undelivered(): Promise<string[]>;
  /** Names of services with a durable consumer that is given what is published as this event. */
  consumersOf(aggregate: string, type: string): Promise<string[]>;
  /** Bytes as if they were an event. */
  publish(aggregate: string, type: string, body: string): Promise<void>;
  /** Everything in it, oldest first. */
  events(): Promise<StreamEvent[]>;
  close(): Promise<void>;
}

export interface BrokerPorts {
  port: number;
  /** Of its monitoring pages. */
  monitoringPort: number;
}
