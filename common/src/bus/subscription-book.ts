import type { EventType } from '../events';

/** What one process subscribed to. Every event type of a group has one handler; a second one would be handed every other event. */
export class SubscriptionBook {
  private readonly taken = new Set<string>();

  /** Throws when the group already handles one of these types here; answers how to leave again. */
  enter({ group, types }: { group: string; types: readonly EventType[] }): () => void {
    if (types.length === 0) throw new RangeError(`${group} subscribes to no event type`);
    const names = [...new Set(types)].map((type) => durableName(group, type));
    const twice = names.find((name) => this.taken.has(name));
    if (twice) throw new Error(`${twice} is already subscribed in this process`);
    for (const name of names) this.taken.add(name);
    return () => {
      for (const name of names) this.taken.delete(name);
    };
  }
}

/**
 * One durable consumer per group and type. With one per aggregate a new release that wants one more type would have to
 * change the filter under the replicas of the old release, and those would acknowledge what they do not know.
 */
export function durableName(group: string, type: EventType): string {
  return `${group}-${type}`;
}
