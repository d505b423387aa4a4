/** At most `count` holders at once; the others wait their turn in order. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {
    if (!Number.isInteger(free) || free < 1)
      throw new RangeError(`concurrency must be at least 1, not ${free}`);
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    await this.take();
    try {
      return await work();
    } finally {
      this.giveBack();
    }
  }

  private take(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
