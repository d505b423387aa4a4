import mongoose, { type Connection } from 'mongoose';
import { wipeBroker } from '../faults/servers';
import type { Instance } from '../instance/instance';
import type { Signals } from '../instance/signals';
import { poll } from '../poll';

/** Collections of aggregates, each with the service that owns it. */
const OWNED = [
  ['auth', 'users'],
  ['tickets', 'tickets'],
  ['orders', 'orders'],
  ['payments', 'payments'],
] as const;
/** A broker that is killed again and again is started with a delay of up to 10 s. */
const FILLED_MS = 60_000;

/**
 * The broker dies and starts again on nothing; waits until each owner of aggregates remembers having filled the next
 * stream. Answers the directory with what was taken away.
 */
export async function loseStream(instance: Instance, signals: Signals): Promise<string> {
  const connection = await mongoose
    .createConnection(`mongodb://127.0.0.1:${instance.portOf('mongod')}`, { serverSelectionTimeoutMS: 5_000 })
    .asPromise();
  try {
    const before = await rememberedBirths(connection);
    const lost = await wipeBroker(instance, signals);
    if (lost === undefined) throw new Error('the broker was not running');
    const isFilled = async () =>
      (await rememberedBirths(connection)).every(
        (birth, owner) => birth !== undefined && birth !== before[owner],
      );
    await poll(isFilled, {
      timeoutMs: FILLED_MS,
      everyMs: 250,
      what: () => 'a new stream filled by all owners',
    });
    return lost;
  } finally {
    await connection.close();
  }
}

interface Memory {
  _id: string;
  streamCreated: Date;
}

/** Of the stream that each owner last filled. */
function rememberedBirths(connection: Connection): Promise<(number | undefined)[]> {
  return Promise.all(
    OWNED.map(async ([service, collection]) => {
      const bus = connection.useDb(`gittix-${service}`, { useCache: true }).collection<Memory>('bus');
      return (await bus.findOne({ _id: collection }))?.streamCreated.getTime();
    }),
  );
}
