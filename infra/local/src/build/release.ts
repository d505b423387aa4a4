import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { lock } from '../servers/lock';
import { isAlive } from '../supervisor/earlier-run';
import { CLIENT_STAMP } from './client';
import { builtFrom } from './fingerprint';
import { BuildError, partsOf, SERVICES_STAMP } from './services';

/** Who runs from it: a process, and what tells it from a later one with the same id. */
export interface ReleaseUser {
  pid: number;
  identity?: string | undefined;
}

/** What a part needs to run, besides packages. */
const RUNS_FROM = ['package.json', 'dist', 'assets'];
const STANDALONE = 'client/.next/standalone';

/** Builds write into the project; only one at a time, and nobody may take half of one. */
export async function buildLock(root: string, onWait: (pid: number) => void): Promise<() => Promise<void>> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return lock(join(cache, 'gittix-build.lock'), onWait);
}

/**
 * Puts what was built last into a directory of its own, named by its content, and answers it: a running instance goes on
 * unharmed while the next build writes over the project's. Kept as long as a process that uses it lives.
 */
export async function keepRelease(root: string, user: ReleaseUser): Promise<string> {
  const releases = join(root, 'node_modules/.cache/gittix-releases');
  const unlock = await buildLock(root, () => undefined);
  try {
    const id = await idOf(root);
    const release = join(releases, id);
    await mkdir(releases, { recursive: true });
    await removeUnused(releases, id);
    if (!existsSync(release)) {
      const unfinished = `${release}.${process.pid}.unfinished`;
      await copyBuild(root, unfinished);
      await rename(unfinished, release);
    }
    await mkdir(join(release, 'users'), { recursive: true });
    await writeFile(join(release, 'users', String(user.pid)), user.identity ?? '');
    return release;
  } finally {
    await unlock();
  }
}

/** The same content has the same id. */
async function idOf(root: string): Promise<string> {
  const stamps = [join((await partsOf(root))[0] ?? '', SERVICES_STAMP), CLIENT_STAMP];
  const hash = createHash('sha256');
  for (const stamp of stamps) {
    const from = await builtFrom(join(root, stamp));
    if (from === undefined) throw new BuildError(`there is no whole build: ${stamp} is missing`);
    hash.update(`${from}\n`);
  }
  return hash.digest('hex').slice(0, 12);
}

async function removeUnused(releases: string, kept: string): Promise<void> {
  for (const name of await readdir(releases)) {
    if (name === kept) continue;
    const release = join(releases, name);
    const users = existsSync(join(release, 'users')) ? await readdir(join(release, 'users')) : [];
    const lives = await Promise.all(
      users.map(async (pid) =>
        isAlive({ pid: Number(pid), identity: await readFile(join(release, 'users', pid), 'utf8') }),
      ),
    );
    if (!lives.includes(true)) await rm(release, { recursive: true, force: true });
  }
}

async function copyBuild(root: string, to: string): Promise<void> {
  const copy = async (path: string) => {
    if (!existsSync(join(root, path))) return;
    await mkdir(dirname(join(to, path)), { recursive: true });
    // Where the file system can, the copy shares its blocks.
    await cp(join(root, path), join(to, path), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
  };
  await rm(to, { recursive: true, force: true });
  for (const part of await partsOf(root)) {
    for (const file of RUNS_FROM) await copy(join(part, file));
    const { name } = JSON.parse(await readFile(join(root, part, 'package.json'), 'utf8')) as { name: string };
    // Our own packages are the release's; all others are found further up, in the project.
    const link = join(to, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(to, part)), link);
  }
  await copy(STANDALONE);
}
