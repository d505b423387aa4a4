/**
 * Handlers at once in a process, however many subscriptions it has. Whoever has been away finds thousands of events; handled
 * all at once they would take every connection to the database (50), and people would wait until the last is done.
 */
export const HANDLERS_AT_ONCE = 16;

/** At most `count` holders at once; the others wait their turn in order. */
export class Slots {
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {
    if (!Number.isInteger(free) || free < 1)
      throw new RangeError(`concurrency must be at least 1, not ${free}`);
  }

  /** Runs `work` when there is a slot; answers undefined, without running it, when the signal comes first. */
  async use<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (signal.aborted || !(await this.take(signal))) return undefined;
    try {
      return await work();
    } finally {
      this.giveBack();
    }
  }

  private take(signal: AbortSignal): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const mine = () => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = () => {
        this.waiting.delete(mine);
        resolve(false);
      };
      this.waiting.add(mine);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  private giveBack(): void {
    const [next] = this.waiting;
    if (!next) {
      this.free += 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
