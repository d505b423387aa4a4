/** A pattern this reader does not know, so that a tag can't silently be of other files than the image. */
export class IgnorePatternError extends Error {
  override readonly name = 'IgnorePatternError';
}

/**
 * Whether .dockerignore keeps a file or folder of this name out of the context. Of Docker's patterns only those that do not
 * depend on the folder are understood (a name or an ending below any folder); any other throws IgnorePatternError.
 */
export function ignoredNames(dockerignore: string): (name: string) => boolean {
  const names = new Set<string>();
  const endings: string[] = [];
  for (const line of dockerignore.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, star, rest] = /^\*\*\/(\*?)([^*?[\]\\/!]+)$/.exec(line) ?? [];
    if (rest === undefined) {
      throw new IgnorePatternError(
        `.dockerignore: "${line}" is neither **/name nor **/*.ending, which is all that content tags understand`,
      );
    }
    if (star) endings.push(rest);
    else names.add(rest);
  }
  return (name) => names.has(name) || endings.some((ending) => name.endsWith(ending));
}
