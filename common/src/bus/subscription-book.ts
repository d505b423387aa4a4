import { eventOrigin, type AggregateName, type EventType } from '../events';

/**
 * Subscriptions of one group to one aggregate share a durable consumer, so they must want the same types:
 * otherwise each would be handed, and acknowledge, what only the other handles.
 */
export class SubscriptionBook {
  private readonly wanted = new Map<string, string>();

  /** Throws when the group already wants other types of one of these aggregates: name them all in one subscription. */
  enter({ group, types }: { group: string; types: readonly EventType[] }): void {
    if (types.length === 0) throw new RangeError(`${group} subscribes to no event type`);
    const byAggregate = new Map<AggregateName, EventType[]>();
    for (const type of [...new Set(types)].sort()) {
      const { aggregate } = eventOrigin[type];
      byAggregate.set(aggregate, [...(byAggregate.get(aggregate) ?? []), type]);
    }
    const wishes = [...byAggregate].map(([aggregate, list]) => [`${group}-${aggregate}`, list.join()] as const);
    for (const [durable, list] of wishes) {
      const before = this.wanted.get(durable);
      if (before !== undefined && before !== list) {
        throw new Error(`${durable} is already subscribed with the types ${before}, not ${list}`);
      }
    }
    for (const [durable, list] of wishes) this.wanted.set(durable, list);
  }
}
