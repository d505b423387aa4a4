import type { AnyEvent, Envelope, EventType } from '../events';

/** The link between the services. One contract, several adapters, one conformance suite. */
export interface EventBus {
  /** Resolves only when the broker has stored the event. `messageId` defaults to the event's id; the broker may drop a repeated one. */
  publish(event: Envelope, options?: { messageId?: string }): Promise<void>;
  /** Durable, shared by a group's replicas, at least once, in no guaranteed order. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Every process, from `since` to live, without acknowledgements. */
  replay(options: ReplayOptions): Promise<Replay>;
  /** Stops taking messages, finishes handlers, drains. */
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /** Consumer group, the service's name. */
  group: string;
  types: EventType[];
  /** Handlers running at once; unless told, all subscriptions of the process share what `slots.ts` says. */
  concurrency?: number;
  /** Returning acknowledges. PermanentError: dead letter. Anything else: tried again (see delivery.ts). */
  handle(event: AnyEvent): Promise<void>;
}

export interface Subscription {
  /** Stops taking messages and finishes running handlers; the durable consumer stays at the broker. */
  close(): Promise<void>;
}

export interface ReplayOptions {
  types: EventType[];
  since: Date;
  on(event: AnyEvent): void;
}

export interface Replay {
  /** Resolves when everything that was stored at the call has been passed on. */
  caughtUp: Promise<void>;
  close(): Promise<void>;
}
