import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The directory of this name where all of our fetched tools lie; made once, by `make`, and never seen half made. */
export async function cached(name: string, make: (directory: string) => Promise<void>): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gittix');
  const finished = join(cache, name);
  if (existsSync(finished)) return finished;
  const unfinished = `${finished}.${process.pid}.tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    await make(unfinished);
    await rename(unfinished, finished);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another run may have been faster.
    if (!existsSync(finished)) throw error;
  }
  return finished;
}
