import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { lastLines, runCommand } from './command';
import { onPath } from './on-path';
import type { PassedOver, Surroundings } from './search';

const UPDATE_MS = 2 * 60_000;
const INSTALL_MS = 8 * 60_000;
const POLICY = '/usr/sbin/policy-rc.d';

/** Debian's packages start their daemons at once; this file, asked first by invoke-rc.d, forbids it. */
async function withoutStartingDaemons<T>(policy: string, work: () => Promise<T>): Promise<T> {
  if (existsSync(policy)) return work();
  await writeFile(policy, '#!/bin/sh\nexit 101\n');
  await chmod(policy, 0o755);
  try {
    return await work();
  } finally {
    await rm(policy, { force: true });
  }
}

let before: Promise<unknown> = Promise.resolve();

/**
 * One after the other: tools are searched for side by side, but while one apt-get fetches its lists another one fails, and
 * what forbids daemons must not be removed under it.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = before.then(work);
  before = mine.catch(() => undefined);
  return mine;
}

/** Installs a package when this is root on a machine with apt-get; undefined when that worked. */
export async function aptInstall(
  packages: string[],
  surroundings: Surroundings,
  policy = POLICY,
): Promise<PassedOver | undefined> {
  if (!surroundings.isRoot) return { passedOver: 'not root' };
  const [aptGet] = await onPath(['apt-get'], surroundings.env.PATH);
  if (!aptGet) return { passedOver: 'no apt-get on PATH' };
  const env = { ...surroundings.env, DEBIAN_FRONTEND: 'noninteractive' };
  const say = (line: string) => surroundings.say(`apt-get: ${line}`);
  const onLine = (line: string) => {
    if (/^(Get:|Fetched|Setting up|E:)/.test(line)) say(line);
  };
  const install = () =>
    runCommand(
      aptGet,
      ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages],
      { env, timeoutMs: INSTALL_MS, onLine, mustFinish: true },
    );
  const updateAndInstall = async () => {
    say(`installing ${packages.join(' ')}`);
    // Lists may be missing or name versions that are gone, so they are fetched first.
    const updated = await runCommand(aptGet, ['update', '-o', 'Acquire::Retries=2'], {
      env,
      timeoutMs: UPDATE_MS,
    });
    if (updated.code !== 0) say(`update failed, trying with the old lists: ${lastLines(updated.output, 1)}`);
    return install();
  };
  const result = await inTurn(() => withoutStartingDaemons(policy, updateAndInstall));
  return result.code === 0 ? undefined : { passedOver: `apt-get failed: ${lastLines(result.output, 2)}` };
}
