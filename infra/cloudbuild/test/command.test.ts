import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../src/pipeline/command';

let directory: string;
beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'gittix-command-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const sh = (script: string, signal: AbortSignal) =>
  runCommand({
    program: 'sh',
    args: ['-c', script],
    cwd: directory,
    env: process.env,
    onLine: () => undefined,
    signal,
  });

/** Keeps us from being told of anything, until both files are there and their writers had the time to end. */
function holdTheEventLoopUntil(...files: string[]): void {
  const pause = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  while (!files.every((file) => existsSync(join(directory, file)))) pause(10);
  pause(300);
}

test('a program that has ended already is left alone when another, ending in the same instant, stops the build', async () => {
  const red = new AbortController();
  // Its output closes before, so that nothing but its end is left to be told.
  const first = sh('exec >&- 2>&-; sleep 0.3; touch first; exit 1', red.signal).then((code) => {
    red.abort();
    return code;
  });
  const second = sh('sleep 0.3; touch second; exit 3', red.signal);
  await delay(150);
  holdTheEventLoopUntil('first', 'second');
  expect(await Promise.all([first, second])).toEqual([1, 3]);
});

test('a program that a signal has ended already is left alone, though its output is still open', async () => {
  const red = new AbortController();
  // What it leaves behind, in a group of its own, holds the output for a while.
  const code = sh('setsid sleep 1 & kill -KILL $$', red.signal);
  await delay(300);
  red.abort();
  expect(await code).toBe(1);
});

test('a program that is to be stopped before it began is stopped', async () => {
  expect(await sh('sleep 20', AbortSignal.abort())).toBe(1);
});

test('what a program started ends with it', async () => {
  const red = new AbortController();
  const code = sh('sleep 20 & wait', red.signal);
  await delay(100);
  red.abort();
  expect(await code).not.toBe(0);
});
