import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { lock } from './lock';

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
