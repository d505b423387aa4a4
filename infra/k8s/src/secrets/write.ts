import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentsOf, type Contents } from './contents';
import { loadMade, SecretsError } from './made';
import { STAGES, type Stage } from './stages';

/**
 * Makes the secrets of one stage in `<k8s>/overlays/<stage>/secrets/`, which git ignores: `<name>.env` for kustomize, or
 * `<name>.json` for Google Secret Manager. Run again it changes nothing but what is missing. Answers the files' names.
 */
export async function writeSecrets(k8s: string, stage: Stage, givenFile?: string): Promise<string[]> {
  const directory = join(k8s, 'overlays', stage, 'secrets');
  const given = givenFile === undefined ? {} : parseGiven(await readGiven(givenFile), givenFile);
  const made = await loadMade(join(directory, '.made.json'));
  const { kept } = STAGES[stage];
  const contents = contentsOf(STAGES[stage], made, given);
  await mkdir(directory, { recursive: true });
  return Promise.all(
    Object.entries(contents).map(async ([name, keys]) => {
      const file = join(directory, kept === 'files' ? `${name}.env` : `${name}.json`);
      await writeFile(file, kept === 'files' ? environmentFile(keys) : `${JSON.stringify(keys)}\n`, {
        mode: 0o600,
      });
      return file;
    }),
  );
}

/** As kustomize reads it: everything behind the first `=` is the value, unquoted, to the end of the line. */
function environmentFile(keys: Contents[string]): string {
  return Object.entries(keys)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SecretsError(`--given: ${file} can't be read`, { cause: error });
  }
}

/** `KEY=value` lines; empty lines and those that begin with `#` count for nothing. Values are never shown. */
export function parseGiven(text: string, file: string): Record<string, string> {
  const given: Record<string, string> = {};
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const match = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trim());
    if (!match?.[1]) throw new SecretsError(`${file}, line ${index + 1}: is no KEY=value`);
    given[match[1]] = match[2] ?? '';
  });
  return given;
}
