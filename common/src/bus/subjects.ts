import { eventOrigin, type AggregateName, type EventType } from '../events';

/** `gittix.order.OrderCreated`: order of messages is kept inside one aggregate's subjects at most. */
export function subjectOf(prefix: string, type: EventType): string {
  return `${prefix}.${eventOrigin[type].aggregate}.${type}`;
}

/** The subjects wanted of each aggregate, sorted, so that equal wishes compare equal. */
export function subjectsByAggregate(prefix: string, types: readonly EventType[]): Map<AggregateName, string[]> {
  const subjects = new Map<AggregateName, string[]>();
  for (const type of [...new Set(types)].sort()) {
    const { aggregate } = eventOrigin[type];
    subjects.set(aggregate, [...(subjects.get(aggregate) ?? []), subjectOf(prefix, type)]);
  }
  return subjects;
}
