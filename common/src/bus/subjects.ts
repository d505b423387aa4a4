import { eventOrigin, type EventType } from '../events';

/** `gittix.order.OrderCreated`. */
export function subjectOf(prefix: string, type: EventType): string {
  return `${prefix}.${eventOrigin[type].aggregate}.${type}`;
}
