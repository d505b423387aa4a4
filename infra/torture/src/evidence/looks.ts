import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance';
import { Databases } from './database';
import type { Look } from './evidence';
import { readLedger } from './ledger';

const EVERY_MS = 8_000;

/** Looks at the money while everything goes on: first the ledger, then the orders. */
export class Looks {
  readonly seen: Look[] = [];
  /** Looks that came to nothing because the emulator or the database was down or paused. */
  missed = 0;

  async run(instance: Instance, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await delay(EVERY_MS, undefined, { signal: until }).catch((error: unknown) => {
        if (!until.aborted) throw error;
      });
      if (!until.aborted) await this.look(instance);
    }
  }

  private async look(instance: Instance): Promise<void> {
    let databases: Databases | undefined;
    try {
      const ledgerAt = Date.now();
      const ledger = await readLedger(instance.portOf('stripe-emulator'));
      databases = await Databases.connect(instance.portOf('mongod'));
      this.seen.push({ ledgerAt, ledger, orders: await databases.orders() });
    } catch (error) {
      this.missed += 1;
      return void error;
    } finally {
      await databases?.close().catch(() => (this.missed += 1));
    }
  }
}
