import { setTimeout as delay } from 'node:timers/promises';
import type { Databases } from './database';
import type { Look } from './evidence';
import { readLedger } from './ledger';
import type { Sources } from './sources';

const EVERY_MS = 8_000;

/** Looks at the money while everything goes on: first the ledger, then the orders. */
export class Looks {
  readonly seen: Look[] = [];
  /** Looks that came to nothing because the emulator or the database was down or paused. */
  missed = 0;

  async run(sources: Sources, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await delay(EVERY_MS, undefined, { signal: until }).catch((error: unknown) => {
        if (!until.aborted) throw error;
      });
      if (!until.aborted) await this.look(sources);
    }
  }

  private async look(sources: Sources): Promise<void> {
    let databases: Databases | undefined;
    try {
      const ledgerAt = Date.now();
      const ledger = await readLedger(sources.emulator);
      databases = await sources.databases();
      this.seen.push({ ledgerAt, ledger, orders: await databases.orders() });
    } catch (error) {
      this.missed += 1;
      return void error;
    } finally {
      await databases?.close().catch(() => (this.missed += 1));
    }
  }
}
