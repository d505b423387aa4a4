interface Tries {
  /** Failures that count towards giving up. */
  failures: number;
  /** All failures since the last success, for the delay. */
  delays: number;
}

export interface RetryTimes {
  firstMs: number;
  maxMs: number;
}

const NONE: Tries = { failures: 0, delays: 0 };

/**
 * How often each message failed in this process. A message that another replica finished leaves its entry behind,
 * so the oldest entries go when there are too many; forgetting one only gives its message more tries.
 */
export class TryBook {
  private readonly tries = new Map<string, Tries>();

  constructor(
    private readonly random: () => number,
    private readonly times: RetryTimes = { firstMs: 100, maxMs: 10_000 },
    private readonly capacity = 10_000,
  ) {}

  /** Notes a failure; answers how many counted so far and the pause before the next try: doubling, with up to half of it taken off at random. */
  failed(key: string, counts: boolean): { failures: number; afterMs: number } {
    const before = this.tries.get(key) ?? NONE;
    const now = { failures: before.failures + (counts ? 1 : 0), delays: before.delays + 1 };
    this.tries.delete(key);
    this.tries.set(key, now);
    if (this.tries.size > this.capacity) this.forgetOldest();
    const { firstMs, maxMs } = this.times;
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(before.delays, 30));
    return { failures: now.failures, afterMs: Math.round(full * (1 - this.random() / 2)) };
  }

  done(key: string): void {
    this.tries.delete(key);
  }

  get size(): number {
    return this.tries.size;
  }

  private forgetOldest(): void {
    const oldest = this.tries.keys().next();
    if (!oldest.done) this.tries.delete(oldest.value);
  }
}
