import { inBatches, migrate, type Migration } from '../../src/migrations';
import { connectMongo } from '../../src/mongo';
import { silentLogger } from '../../src/testing';

/** A release whose second step is long. Each document tells who migrated it first. */
export const LONG: readonly Migration[] = [
  { id: '0001-nothing', describe: 'Nothing', up: () => Promise.resolve() },
  {
    id: '0002-shout',
    describe: 'Who shouts',
    up: (context) =>
      // One write per batch: the stand-in for mongod looks through all documents for each.
      inBatches(context, { collection: 'things', size: 500 }, async (batch) => {
        const range = { $gte: batch[0]?._id as never, $lte: batch.at(-1)?._id as never };
        const things = context.connection.collection('things');
        await things.updateMany({ _id: range, by: { $exists: false } }, { $set: { by: process.pid } });
        return true;
      }),
  },
];

/** `node … migrating-process.ts URL LEASE_MS`: migrates, and prints what it did. */
async function main([url = '', leaseMs = '']: string[]): Promise<void> {
  const connection = await connectMongo(url, silentLogger);
  const done = await migrate({
    connection,
    migrations: LONG,
    logger: silentLogger,
    leaseMs: Number(leaseMs),
  });
  process.stdout.write(`${JSON.stringify(done)}\n`);
  await connection.close();
}

if (require.main === module) void main(process.argv.slice(2));
