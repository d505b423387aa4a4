import type { EventBus } from './event-bus';

/** Whether the broker can be reached, and since when that is so. */
export interface BusStatus {
  connected: boolean;
  since: Date;
}

/** A bus that tells readiness checks how its connection is. */
export interface ConnectedBus extends EventBus {
  status(): BusStatus;
}
