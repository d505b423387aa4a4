import type { AnyEvent } from '../../src/events';
import { waitFor } from '../../src/testing';

/** A handler that notes what it got, and can be told to fail or to wait first. */
export class Recorder {
  readonly events: AnyEvent[] = [];
  running = 0;
  mostRunning = 0;
  private gate: Promise<void> = Promise.resolve();
  private openGate = () => {};

  constructor(private readonly before: (event: AnyEvent, call: number) => Promise<void> | void = () => {}) {}

  private calls = 0;

  readonly handle = async (event: AnyEvent): Promise<void> => {
    this.running += 1;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      this.calls += 1;
      await this.before(event, this.calls);
      await this.gate;
      this.events.push(event);
    } finally {
      this.running -= 1;
    }
  };

  /** From now on handlers wait until `release`. */
  hold(): void {
    this.gate = new Promise((resolve) => {
      this.openGate = resolve;
    });
  }

  release(): void {
    this.openGate();
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }

  /** Resolves when all these were handled, whatever else was. */
  async got(events: readonly AnyEvent[], timeoutMs = 30_000): Promise<void> {
    const missing = () => events.filter(({ id }) => !this.ids.includes(id));
    await waitFor(() => missing().length === 0, { timeoutMs, what: 'handling of the published events' });
  }
}
