import { allDeadLetters } from './dead-letters';
import type { Evidence, Look, Operation, Poison, ProcessStory, StreamEvent } from './evidence';
import { readLedger } from './ledger';
import { findLeaks, type NamedText } from './logs';
import type { Sources } from './sources';

/** What databases, stream and ledger can't tell. */
export interface Known {
  quiet: Evidence['quiet'];
  operations: Operation[];
  looks: Look[];
  poison: Poison[];
  /** What was in stores that were taken from the broker, oldest first. */
  lost: StreamEvent[];
  processes: ProcessStory[];
  logs: NamedText[];
}

/** Reads everything from outside, once all is quiet. The ledger first, as I4 wants it. */
export async function collectEvidence(sources: Sources, { lost, logs, ...known }: Known): Promise<Evidence> {
  const at = Date.now();
  const ledger = await readLedger(sources.emulator);
  const databases = await sources.databases();
  const broker = await sources.broker();
  try {
    const stream = [...lost, ...(await broker.events())];
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
      deadLetters: await allDeadLetters(sources),
      logs: findLeaks(logs, stream),
    };
  } finally {
    await broker.close();
    await databases.close();
  }
}
