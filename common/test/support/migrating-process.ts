import { inBatches, migrate, type Migration } from '../../src/migrations';
import { connectMongo } from '../../src/mongo';
import { silentLogger } from '../../src/testing';

export const BATCH = 500;

/** A release whose second step is long. Each document tells who migrated it first. `halt` is told of each batch written. */
const long = (halt: (batches: number) => Promise<void>): readonly Migration[] => [
  { id: '0001-nothing', describe: 'Nothing', up: () => Promise.resolve() },
  {
    id: '0002-shout',
    describe: 'Who shouts',
    up: (context) => {
      let written = 0;
      // One write per batch: the stand-in for mongod looks through all documents for each.
      return inBatches(context, { collection: 'things', size: BATCH }, async (batch) => {
        const range = { $gte: batch[0]?._id as never, $lte: batch.at(-1)?._id as never };
        const things = context.connection.collection('things');
        await things.updateMany({ _id: range, by: { $exists: false } }, { $set: { by: process.pid } });
        await halt((written += 1));
        return true;
      });
    },
  },
];

/** `node … migrating-process.ts URL LEASE_MS HALT_AFTER`: migrates, and prints what it did; after so many batches it stands still, and says so. */
async function main([url = '', leaseMs = '', haltAfter = '']: string[]): Promise<void> {
  const connection = await connectMongo(url, silentLogger);
  const halt = async (batches: number) => {
    if (batches < Number(haltAfter)) return;
    process.stdout.write('halted\n');
    await new Promise(() => undefined);
  };
  const done = await migrate({
    connection,
    migrations: long(halt),
    logger: silentLogger,
    leaseMs: Number(leaseMs),
  });
  process.stdout.write(`${JSON.stringify(done)}\n`);
  await connection.close();
}

if (require.main === module) void main(process.argv.slice(2));
