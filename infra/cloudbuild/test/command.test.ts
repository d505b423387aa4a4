import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@gittix/common/testing';
import { isAlive } from '../../local/src/servers/processes';
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

/** A script says its process id. */
const sayPid = (name: string) => `echo $$ > ${name}.new; mv ${name}.new ${name}`;
/** And goes on when it is told to. */
const untilTold = (name: string) => `${sayPid(name)}; while [ ! -e go ]; do sleep 0.01; done`;
const pidOf = (name: string) => readFile(join(directory, name), 'utf8').then(Number);

/** A process that has ended and was not collected yet; only its parent can do that, and it is held. */
function hasEnded(pid: number): boolean {
  return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
}

/** Lets these go on and keeps us from being told of anything until they have ended. */
function holdTheEventLoopUntilTheEndOf(pids: number[]): void {
  writeFileSync(join(directory, 'go'), '');
  while (!pids.every(hasEnded)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

test('a program that has ended already is left alone when another, ending in the same instant, stops the build', async () => {
  const red = new AbortController();
  // Its output closes before, so that nothing but its end is left to be told.
  const first = sh(`exec >&- 2>&-; ${untilTold('first')}; exit 1`, red.signal).then((code) => {
    red.abort();
    return code;
  });
  const second = sh(`${untilTold('second')}; exit 3`, red.signal);
  holdTheEventLoopUntilTheEndOf(await waitFor(() => Promise.all(['first', 'second'].map(pidOf))));
  expect(await Promise.all([first, second])).toEqual([1, 3]);
});

test('a program that a signal has ended already is left alone, though its output is still open', async () => {
  const red = new AbortController();
  // What it leaves behind, in a group of its own, holds the output until it is told to go on.
  const code = sh(`setsid sh -c '${untilTold('left')}' & ${sayPid('leader')}; kill -KILL $$`, red.signal);
  const pid = await waitFor(() => pidOf('leader'));
  await waitFor(() => pidOf('left'));
  await waitFor(() => !isAlive(pid));
  red.abort();
  writeFileSync(join(directory, 'go'), '');
  expect(await code).toBe(1);
});

test('a program that is to be stopped before it began is stopped', async () => {
  expect(await sh('sleep 20', AbortSignal.abort())).toBe(1);
});

test('what a program started ends with it', async () => {
  const red = new AbortController();
  const code = sh(`sleep 20 & ${sayPid('leader')}; wait`, red.signal);
  await waitFor(() => pidOf('leader'));
  red.abort();
  expect(await code).not.toBe(0);
});
