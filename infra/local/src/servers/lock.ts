import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes';

const LOOK_AGAIN_MS = 300;
/** What `rename` says where there is such a directory already, with something in it. */
const TAKEN = ['ENOTEMPTY', 'EEXIST'];

const isOneOf = (codes: string[], error: unknown) =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * Takes the lock directory, waiting while the process that has it lives; answers the function that gives it back. It comes
 * and goes whole, by renaming, so that nobody ever sees a lock without its owner.
 */
export async function lock(directory: string, onWait: (pid: number) => void): Promise<() => Promise<void>> {
  const own = `${directory}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(own);
  await writeFile(join(own, 'pid'), String(process.pid));
  let told = false;
  while (!(await take(own, directory))) {
    const owner = await ownerOf(directory);
    if (owner !== undefined && !(owner > 0 && isAlive(owner))) {
      // Two runs may both see the dead owner; the worst that follows is that both build, and one result is kept.
      await remove(directory);
      continue;
    }
    if (owner !== undefined && !told) {
      told = true;
      onWait(owner);
    }
    await sleep(LOOK_AGAIN_MS);
  }
  return () => remove(directory);
}

async function take(own: string, directory: string): Promise<boolean> {
  try {
    await rename(own, directory);
    return true;
  } catch (error) {
    if (isOneOf(TAKEN, error)) return false;
    await rm(own, { recursive: true, force: true });
    throw error;
  }
}

/** Undefined when it has just been given back; no number where an earlier version was killed while it wrote. */
async function ownerOf(directory: string): Promise<number | undefined> {
  try {
    return Number(await readFile(join(directory, 'pid'), 'utf8'));
  } catch (error) {
    if (isOneOf(['ENOENT'], error)) return undefined;
    throw error;
  }
}

async function remove(directory: string): Promise<void> {
  const gone = `${directory}.${randomBytes(4).toString('hex')}.gone`;
  try {
    await rename(directory, gone);
  } catch (error) {
    if (isOneOf(['ENOENT'], error)) return;
    throw error;
  }
  await rm(gone, { recursive: true, force: true });
}
