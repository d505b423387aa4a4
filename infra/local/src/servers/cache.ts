import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { isAlive } from './processes';

const LOOK_AGAIN_MS = 300;

/** Takes the lock directory, waiting while the process that has it lives; answers the function that gives it back. */
async function lock(directory: string, onWait: (pid: number) => void): Promise<() => Promise<void>> {
  const ownerFile = join(directory, 'pid');
  let told = false;
  for (;;) {
    try {
      await mkdir(directory);
      await writeFile(ownerFile, String(process.pid));
      return () => rm(directory, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readFile(ownerFile, 'utf8').then(Number, () => undefined);
    if (owner !== undefined && !isAlive(owner)) {
      // Two runs may both see the dead owner; the worst that follows is that both build, and one result is kept.
      await rm(directory, { recursive: true, force: true });
      continue;
    }
    if (owner !== undefined && !told) {
      told = true;
      onWait(owner);
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Makes `cacheDir/name` once: `make` fills a directory of a temporary name, which is renamed when it is whole, so
 * that nobody ever sees half of it. A second run waits for the first instead of building as well.
 */
export async function makeOnce(
  cacheDir: string,
  name: string,
  say: (line: string) => void,
  make: (directory: string) => Promise<void>,
): Promise<string> {
  const finished = join(cacheDir, name);
  if (existsSync(finished)) return finished;
  await mkdir(dirname(finished), { recursive: true });
  const unlock = await lock(`${finished}.lock`, (pid) => say(`process ${pid} is making it already; waiting`));
  const unfinished = `${finished}.${process.pid}.tmp`;
  try {
    if (existsSync(finished)) return finished;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await make(unfinished);
    try {
      await rename(unfinished, finished);
    } catch (error) {
      if (!existsSync(finished)) throw error;
    }
    return finished;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await unlock();
  }
}
