import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armFaultPoints, faultPoint, useFaultDirectory } from '../src/fault-points';
import { silentLogger } from '../src/testing';

const POINT = 'orders.reserve.saved';
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gittix-fault-points-'));
});
afterEach(async () => {
  useFaultDirectory(undefined);
  await rm(directory, { recursive: true });
});

const order = (action: string) => writeFile(join(directory, POINT), JSON.stringify({ action }));
const arm = (HOST = '127.0.0.1') => armFaultPoints({ FAULT_DIR: directory, HOST }, silentLogger);

describe('a fault point', () => {
  it('does nothing in a process that was not armed, whatever lies in the directory', async () => {
    await order('throw');
    armFaultPoints({ HOST: '0.0.0.0' }, silentLogger);
    expect(faultPoint(POINT)).toBeUndefined();
    expect(await readdir(directory)).toEqual([POINT]);
  });

  it('does nothing while nobody told it to, and another was told', async () => {
    arm();
    await order('throw');
    expect(faultPoint('orders.reserve.saving')).toBeUndefined();
  });

  it('throws once when told to', async () => {
    arm();
    await order('throw');
    await expect(faultPoint(POINT)).rejects.toThrow(`fault point ${POINT}`);
    expect(faultPoint(POINT)).toBeUndefined();
    expect(await readdir(directory)).toEqual([`${POINT}.${process.pid}.hit`]);
  });

  it('stands still when told to, only here and only once', async () => {
    arm();
    await order('hang');
    let over = false;
    void Promise.resolve(faultPoint(POINT)).then(() => (over = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    expect(faultPoint(POINT)).toBeUndefined();
  });

  it('refuses an order that it does not understand', async () => {
    arm();
    await order('explode');
    expect(() => faultPoint(POINT)).toThrow('action');
  });

  it('kills exactly one of many processes that meet it, as kill -9 does', async () => {
    await order('exit');
    const source = join(__dirname, '../src/fault-points/fault-point.ts');
    const program = `
      const { faultPoint, useFaultDirectory } = require(${JSON.stringify(source)});
      useFaultDirectory(${JSON.stringify(directory)});
      Promise.resolve(faultPoint('${POINT}')).then(() => process.exit(0));`;
    const run = () =>
      new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
        const child = spawn(process.execPath, ['--import', 'tsx', '--eval', program], { stdio: 'inherit' });
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve(signal ?? code));
      });
    const ends = await Promise.all([run(), run(), run()]);
    expect(ends.filter((end) => end === 'SIGKILL')).toHaveLength(1);
    expect(ends.filter((end) => end === 0)).toHaveLength(2);
  }, 60_000);

  it.each(['0.0.0.0', '::', '10.0.0.7', 'orders.example.test'])('is never armed on %s', (host) => {
    expect(() => arm(host)).toThrow('FAULT_DIR');
    expect(faultPoint(POINT)).toBeUndefined();
  });

  it.each(['127.0.0.1', '127.8.0.1', '::1', 'localhost'])('may be armed on %s', (host) => {
    expect(() => arm(host)).not.toThrow();
  });
});
