import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What is made, not written. */
const NOT_INPUT = new Set(['node_modules', 'dist', '.next', 'test', 'coverage', '.gittix', 'next-env.d.ts']);

/** Every file under these paths (files or directories; missing ones are left out), sorted. */
async function filesUnder(paths: string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) continue;
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path)).filter(
        (name) => !NOT_INPUT.has(name) && !name.endsWith('.tsbuildinfo'),
      );
      files.push(...(await filesUnder(names.map((name) => join(path, name)))));
    } else files.push(path);
  }
  return files.sort();
}

/** One hash over names and content of all inputs and the versions that work on them; times do not count. */
export async function fingerprint(root: string, inputs: string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const file of await filesUnder(inputs.map((input) => join(root, input)))) {
    const content = await readFile(file);
    hash.update(`\n${relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** The fingerprint of what an output was built from, kept inside the output. */
export async function builtFrom(stamp: string): Promise<string | undefined> {
  try {
    return (await readFile(stamp, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
