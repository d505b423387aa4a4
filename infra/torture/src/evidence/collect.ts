import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import { connectBroker } from './open-broker';
import { Databases } from './database';
import { allDeadLetters } from './dead-letters';
import type { Evidence, Look, Operation, Poison } from './evidence';
import { readLedger } from './ledger';
import { findLeaks, processStories } from './logs';
import { lostEvents } from './lost-stores';

/** Reads everything from outside, once all is quiet. The ledger first, as I4 wants it. */
export async function collectEvidence(
  { instance, signals }: { instance: Instance; signals: Signals },
  {
    lostStores = [],
    ...known
  }: {
    quiet: Evidence['quiet'];
    operations: Operation[];
    looks: Look[];
    poison: Poison[];
    /** Directories of stores that were taken from the broker. */
    lostStores?: readonly string[];
  },
): Promise<Evidence> {
  const at = Date.now();
  const ledger = await readLedger(instance.portOf('stripe-emulator'));
  const databases = await Databases.connect(instance.portOf('mongod'));
  const broker = await connectBroker(instance);
  try {
    const stream = [...(await lostEvents(instance, lostStores)), ...(await broker.events())];
    return {
      ...known,
      at,
      ledger,
      stream,
      users: await databases.users(),
      tickets: await databases.tickets(),
      orders: await databases.orders(),
      payments: await databases.payments(),
      copies: await databases.copies(),
      deadLetters: await allDeadLetters(instance),
      processes: await processStories(instance, signals),
      logs: await findLeaks(instance, stream),
    };
  } finally {
    await broker.close();
    await databases.close();
  }
}
