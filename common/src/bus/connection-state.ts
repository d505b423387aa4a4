import type { BusStatus } from './bus-status';
import { BusUnavailableError } from './bus-unavailable-error';

/** Whether there is a connection, for those who ask, wait for it, or must hear of its loss. */
export abstract class ConnectionState {
  private readonly lost = new Set<() => void>();
  private readonly back = new Set<() => void>();
  private state: BusStatus;

  protected constructor(
    private readonly clock: () => Date,
    connected: boolean,
  ) {
    this.state = { connected, since: clock() };
  }

  status(): BusStatus {
    return { ...this.state };
  }

  /** Rejects as soon as the connection is lost: what the broker has not answered by then it never will. */
  async answered<T>(ask: () => Promise<T>): Promise<T> {
    if (!this.state.connected) throw new BusUnavailableError('no connection to the broker');
    let forget = () => {};
    const lost = new Promise<never>((_resolve, reject) => {
      forget = this.onceLost(() => reject(new BusUnavailableError('lost the broker')));
    });
    try {
      return await Promise.race([ask(), lost]);
    } finally {
      forget();
    }
  }

  /** Calls once when the connection is lost; the answer takes the wish back. */
  onceLost(listener: () => void): () => void {
    this.lost.add(listener);
    return () => this.lost.delete(listener);
  }

  /** Resolves as soon as there is a connection; rejects when the signal says so first. */
  async connected(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.state.connected) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.back.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.back.add(done);
      signal?.addEventListener('abort', done);
    });
    signal?.throwIfAborted();
  }

  /** Tells everybody who waits for this. */
  protected change(connected: boolean): void {
    this.state = { connected, since: this.clock() };
    const listeners = connected ? this.back : this.lost;
    const called = [...listeners];
    listeners.clear();
    for (const listener of called) listener();
  }
}
