import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMongo, probeDatabase } from '@gittix/common/mongo';
import { silentLogger, waitFor } from '@gittix/common/testing';
import type { Connection } from 'mongoose';
import { mongodArguments } from '../src/servers/arguments';
import { stablePorts, waitForPort } from '../src/servers/ports';

jest.setTimeout(600_000);

const WRITERS = 8;
const KILLS = 3;
const LOOKS = 400;

/** Whatever database the local run uses here, `mongod` or its stand-in: the promises of GitTix rest on these two things. */
describe('the database server', () => {
  let directory: string;
  let port: number;
  let server: ChildProcess;
  let connection: Connection;

  async function start(): Promise<void> {
    const binary = process.env.TEST_MONGOD_BINARY;
    if (!binary) throw new Error('this test kills a mongod of its own: run it without MONGO_URL');
    server = spawn(binary, mongodArguments(port, directory), { stdio: 'ignore' });
    await waitForPort(port, { timeoutMs: 60_000 });
  }

  async function kill(): Promise<void> {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gittix-mongod-'));
    [port = 0] = await stablePorts(1);
    await start();
    connection = await connectMongo(`mongodb://127.0.0.1:${port}/test`, silentLogger);
  });
  afterEach(async () => {
    await connection.close();
    await kill();
    await rm(directory, { recursive: true, force: true });
  });

  it('lets exactly one of many racing writers win', async () => {
    await expect(probeDatabase(connection, silentLogger)).resolves.toBeUndefined();
  });

  it('keeps every acknowledged write when it is killed', async () => {
    const numbers = connection.collection<{ _id: number; versions: number }>('numbers');
    const acknowledged = new Map<number, number>();
    for (let round = 0; round < KILLS; round++) {
      let down = false;
      const before = acknowledged.size;
      const writing = Array.from({ length: WRITERS }, async (_, writer) => {
        for (let n = 0; !down; n++) {
          const _id = (round * WRITERS + writer) * 1_000_000 + n;
          try {
            await numbers.insertOne({ _id, versions: 0 });
            acknowledged.set(_id, 0);
            await numbers.updateOne({ _id }, { $inc: { versions: 1 } });
            acknowledged.set(_id, 1);
          } catch (error) {
            // Not acknowledged, so nothing was promised. Only the kill may cause it.
            if (!down) throw error;
          }
        }
      });
      await waitFor(() => acknowledged.size > before + 150, { what: 'writes', timeoutMs: 180_000 });
      down = true;
      await kill();
      await Promise.all(writing);
      await start();
    }
    const kept = new Map((await numbers.find().toArray()).map(({ _id, versions }) => [_id, versions]));
    const lost = [...acknowledged].filter(([_id, versions]) => (kept.get(_id) ?? -1) < versions);
    expect(acknowledged.size).toBeGreaterThan(KILLS * 150);
    expect(lost).toEqual([]);
  });

  it('finds by an index and further conditions just what meets them all, each once', async () => {
    const orders = connection.collection<{ _id: string; version: number; holds: string[] }>('orders');
    await orders.createIndex({ holds: 1 }, { unique: true });
    await orders.insertMany([
      { _id: 'a', version: 3, holds: ['1', '2'] },
      { _id: 'b', version: 4, holds: ['3'] },
    ]);
    const found = async (query: object) => (await orders.find(query).toArray()).map(({ _id }) => _id).sort();

    expect(await found({ _id: 'a', version: 3 })).toEqual(['a']);
    expect(await found({ _id: 'a', version: 4 })).toEqual([]);
    expect(await found({ _id: { $in: ['a', 'b', 'c'] }, version: { $gte: 4 } })).toEqual(['b']);
    expect(await found({ holds: { $in: ['1', '2', '3'] } })).toEqual(['a', 'b']);
    expect(await found({ holds: '2', version: 3, _id: { $ne: 'a' } })).toEqual([]);
    const stale = await orders.updateOne({ _id: 'b', version: 3 }, { $set: { version: 5 } });
    const fresh = await orders.updateOne({ _id: 'b', version: 4 }, { $set: { version: 5, holds: ['b'] } });
    expect([stale.matchedCount, fresh.matchedCount]).toEqual([0, 1]);
    // What it held before is free, and what it holds now is not.
    await expect(orders.insertOne({ _id: 'c', version: 0, holds: ['3'] })).resolves.toBeDefined();
    await expect(orders.insertOne({ _id: 'd', version: 0, holds: ['b'] })).rejects.toThrow(
      /duplicate key|E11000/,
    );
  });

  it('shows each document as it was at one moment, while it changes', async () => {
    const documents = connection.collection<{ _id: string; first: number; last: number }>('documents');
    const filler = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`field${n}`, n]));
    await documents.insertOne({ _id: 'one', first: 0, ...filler, last: 0 });
    let changing = true;
    const change = async () => {
      for (let n = 1; changing; n++) await documents.updateOne({}, { $set: { first: n, last: n } });
    };
    // Unread, so that the server is busy with it and not we: all fields are 32-bit integers.
    const inBytes = connection.getClient().db('test').collection('documents', { raw: true });
    const halves: number[][] = [];
    const look = async () => {
      for (let n = 0; n < LOOKS; n++) {
        const bytes = (await inBytes.findOne({})) as unknown as Buffer;
        const first = bytes.readInt32LE(bytes.indexOf('first\0') + 'first\0'.length);
        const last = bytes.readInt32LE(bytes.length - 5);
        if (first !== last) halves.push([first, last]);
      }
    };
    const changes = [change(), change()];
    await Promise.all(Array.from({ length: 8 }, look)).finally(() => (changing = false));
    await Promise.all(changes);
    expect(halves).toEqual([]);
  });
});
