import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import type { EventBus } from '../bus';
import type { Logger } from '../logging';
import { republish } from '../outbox';
import { expectNothing } from './arguments';
import type { Command } from './command';

const TELL_EVERY_MS = 1_000;

/** `republish` of one owning service: the newest event of each of its aggregates goes to the bus once more. */
export function republishCommand(places: {
  service: string;
  collections: string[];
  open: () => Promise<{ connection: Connection; bus: EventBus; logger: Logger }>;
}): Command {
  const { service, collections, open } = places;
  return {
    name: 'republish',
    parameters: '',
    summary: `Sends the newest event of everything ${service} owns to the bus again`,
    details:
      'For a broker that lost its data, and for a service whose copies are to be filled. Harmless at any time: readers keep\nthe newest. It waits for a broker or database that is away, and may be interrupted and begun again.',
    run: async (args, { out, say }) => {
      expectNothing(args);
      const { connection, bus, logger } = await open();
      const run = randomBytes(4).toString('hex');
      for (const collection of collections) {
        const total = await connection.collection(collection).countDocuments({ last: { $exists: true } });
        let toldAt = performance.now();
        const onProgress = (sent: number) => {
          if (performance.now() - toldAt < TELL_EVERY_MS) return;
          toldAt = performance.now();
          say(`${collection}: ${sent} of ${total}`);
        };
        const sent = await republish({ bus, connection, collection, run, logger, onProgress });
        out(`${collection}: ${sent} sent (run ${run})`);
      }
    },
  };
}
