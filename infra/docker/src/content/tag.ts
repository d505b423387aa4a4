import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerfileOf, PART_NAMES, type Part } from '../parts';
import { copiedFromContext, parseDockerfile } from './dockerfile';
import { ignoredNames } from './ignored';

/** A Dockerfile copies what is not there; the message names both. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

/** Base images that stand in for the Dockerfile's own, by version or digest. */
export interface BaseImages {
  buildImage?: string | undefined;
  runImage?: string | undefined;
}

const TAG_LENGTH = 20;

/** Every file at or below this path of the context, relative to it, in the order of their names. */
async function filesAt(root: string, path: string, isIgnored: (name: string) => boolean): Promise<string[]> {
  if (!(await stat(join(root, path))).isDirectory()) return [path];
  const names = (await readdir(join(root, path))).filter((name) => !isIgnored(name)).sort();
  return (await Promise.all(names.map((name) => filesAt(root, `${path}/${name}`, isIgnored)))).flat();
}

/** The files of the context that a Dockerfile copies, which is all that can come into its image; sorted, each once. */
export async function contextFiles(root: string, dockerfile: string): Promise<string[]> {
  const isIgnored = ignoredNames(await readFile(join(root, '.dockerignore'), 'utf8'));
  const copied = copiedFromContext(parseDockerfile(await readFile(join(root, dockerfile), 'utf8')));
  const files = await Promise.all(
    copied.map((path) =>
      filesAt(root, path, isIgnored).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        throw new ContentError(`${dockerfile} copies ${path}, which does not exist`);
      }),
    ),
  );
  return [...new Set(files.flat())].sort();
}

/**
 * The content tag of a part's image: the same for the same content in every checkout and on every machine. It covers the
 * Dockerfile, what that copies from the context (names and bytes), what is kept out, and the base images when given.
 */
export async function contentTag(root: string, part: Part, base: BaseImages = {}): Promise<string> {
  const dockerfile = dockerfileOf(part);
  const hash = createHash('sha256');
  const files = [dockerfile, '.dockerignore', ...(await contextFiles(root, dockerfile))];
  const contents = await Promise.all(
    files.map(async (file) => [file, await readFile(join(root, file))] as const),
  );
  for (const [file, content] of contents) hash.update(`${file}\0${content.length}\0`).update(content);
  hash.update(JSON.stringify([base.buildImage ?? null, base.runImage ?? null]));
  return hash.digest('hex').slice(0, TAG_LENGTH);
}

export type Tags = Record<Part, string>;

export async function contentTags(root: string, base: BaseImages = {}): Promise<Tags> {
  const tags = await Promise.all(
    PART_NAMES.map(async (part) => [part, await contentTag(root, part, base)] as const),
  );
  return Object.fromEntries(tags) as Tags;
}
