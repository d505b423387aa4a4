/** One thing that should not be, told as shortly as it can be understood. */
export interface Violation {
  /** The order, ticket, payment, process… it is about. */
  about: string;
  story: string[];
}

/** What a look at one invariant brought. `checked` 0 means that the run proved nothing about it. */
export interface Verdict {
  checked: number;
  violations: Violation[];
}

/** Collects a verdict. */
export class Findings implements Verdict {
  checked = 0;
  readonly violations: Violation[] = [];

  /** Counts one subject, and a violation of it unless `holds`. */
  expect(holds: boolean, about: string, ...story: string[]): void {
    this.checked += 1;
    if (!holds) this.violations.push({ about, story });
  }
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export const time = (ms: number) => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 23) : 'ever');

export const LIVE = ['created', 'secured', 'complete'];
export const DEAD = ['cancelled', 'expired', 'refunded'];

/** JSON with sorted keys: equal states are equal texts, in whatever order their fields were stored. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
