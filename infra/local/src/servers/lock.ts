import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes';

const LOOK_AGAIN_MS = 300;

/** Takes the lock directory, waiting while the process that has it lives; answers the function that gives it back. */
export async function lock(directory: string, onWait: (pid: number) => void): Promise<() => Promise<void>> {
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
