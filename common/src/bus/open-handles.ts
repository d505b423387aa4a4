import type { Subscription } from './event-bus';

/** What a bus has to close before itself; closing one twice is closing it once. */
export class OpenHandles {
  private readonly open = new Set<Subscription>();

  keep(close: () => Promise<void>): Subscription {
    let closed: Promise<void> | undefined;
    const handle = {
      close: () => {
        closed ??= close().finally(() => this.open.delete(handle));
        return closed;
      },
    };
    this.open.add(handle);
    return handle;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((handle) => handle.close()));
  }
}
