import { eventOrigin, type EventType } from '../events';

/** `gittix.order.OrderCreated`. */
export function subjectOf(prefix: string, type: EventType): string {
  return `${prefix}.${eventOrigin[type].aggregate}.${type}`;
}

/** `gittix.order`: NATS Streaming's channel for all types of an aggregate. */
export function channelOf(prefix: string, type: EventType): string {
  return `${prefix}.${eventOrigin[type].aggregate}`;
}
