import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../servers/command';
import { builtFrom, fingerprint } from './fingerprint';

export const SERVICES_STAMP = 'dist/.built-from';
const BUILD_MS = 5 * 60_000;
const solution = z.object({ references: z.array(z.object({ path: z.string() })) });

export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** Directories of the parts that tsconfig.build.json names. */
export async function partsOf(root: string): Promise<string[]> {
  const text = await readFile(join(root, 'tsconfig.build.json'), 'utf8');
  return solution.parse(JSON.parse(text)).references.map(({ path }) => dirname(path));
}

/** A compiled file whose source is gone would still be found by an import. */
async function removeOrphans(part: string): Promise<void> {
  const dist = join(part, 'dist');
  if (!existsSync(dist)) throw new BuildError(`nothing was compiled in ${part}: has it no sources?`);
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const match = /^(.*?)(\.d\.ts|\.js|\.js\.map)$/.exec(entry.name);
    if (!entry.isFile() || !match) continue;
    const directory = entry.parentPath.replace(dist, join(part, 'src'));
    const source = join(directory, match[1] ?? '');
    const hasSource = ['.ts', '.tsx', '.json'].some((ending) => existsSync(source + ending));
    if (!hasSource) await rm(join(entry.parentPath, entry.name));
  }
}

async function compile(root: string, project: string, onLine: (line: string) => void): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { code, output } = await runCommand(process.execPath, [tsc, '-b', project, '--pretty', 'false'], {
    cwd: root,
    timeoutMs: BUILD_MS,
    onLine,
  });
  if (code !== 0) throw new BuildError(`tsc -b ${project} failed:\n${output}`);
}

export interface Build {
  /** What to compile, in words; undefined when everything is up to date. */
  due: string | undefined;
  /** The shared part, which the client's build needs as well. */
  first(onLine: (line: string) => void): Promise<void>;
  rest(onLine: (line: string) => void): Promise<void>;
}

/** Looks what the services' build has to do: a part whose inputs are the same as last time, by content, is left alone. */
export async function planServices(root: string): Promise<Build> {
  const parts = await partsOf(root);
  const inputs = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json'];
  const hash = await fingerprint(root, [...inputs, ...parts]);
  const stale: string[] = [];
  for (const part of parts) {
    const from = await builtFrom(join(root, part, SERVICES_STAMP));
    if (from === hash) continue;
    stale.push(part);
    // Without a stamp nobody knows what is there, and tsc -b believes its own notes, not the files.
    if (from === undefined) await rm(join(root, part, 'dist'), { recursive: true, force: true });
  }
  const isDue = stale.length > 0;
  return {
    due: isDue ? stale.join(', ') : undefined,
    first: async (onLine) => {
      const [common] = parts;
      if (isDue && common !== undefined) await compile(root, `${common}/tsconfig.build.json`, onLine);
    },
    rest: async (onLine) => {
      if (!isDue) return;
      await compile(root, 'tsconfig.build.json', onLine);
      for (const part of parts) {
        await removeOrphans(join(root, part));
        await writeFile(join(root, part, SERVICES_STAMP), `${hash}\n`);
      }
    },
  };
}
