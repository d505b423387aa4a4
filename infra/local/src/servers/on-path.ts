import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runCommand } from './command';
import type { Found, PassedOver, Step, Surroundings } from './search';
import { isAtLeast, parseVersion } from './version';

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Every executable of one of these names on PATH, first directory first. */
export async function onPath(names: string[], path: string | undefined): Promise<string[]> {
  const found: string[] = [];
  for (const directory of (path ?? '').split(delimiter).filter(Boolean)) {
    for (const name of names) {
      const candidate = join(directory, name);
      if (await isExecutable(candidate)) found.push(candidate);
    }
  }
  return found;
}

/** The version a binary itself tells, or undefined with the reason when it can't be run. */
export async function versionOf(
  binary: string,
  args: string[] = ['--version'],
): Promise<{ version: string } | { problem: string }> {
  const { code, output } = await runCommand(binary, args, { timeoutMs: 60_000 });
  if (code !== 0) return { problem: `does not run (${output.trim().split('\n').at(-1) ?? `code ${code}`})` };
  const version = parseVersion(output);
  return version === undefined ? { problem: 'tells no version' } : { version };
}

/** The first binary on PATH that is new enough; older ones are named and passed over. */
export async function findOnPath(
  names: string[],
  minimum: string,
  surroundings: Surroundings,
): Promise<Found | PassedOver> {
  const reasons: string[] = [];
  for (const location of await onPath(names, surroundings.env.PATH)) {
    const told = await versionOf(location);
    if ('problem' in told) reasons.push(`${location} ${told.problem}`);
    else if (!isAtLeast(told.version, minimum)) {
      reasons.push(`${location} is ${told.version}, too old (${minimum} or newer is needed)`);
    } else {
      return {
        kind: 'binary',
        location,
        version: told.version,
        why: `${location} (${told.version}), on PATH`,
      };
    }
  }
  return { passedOver: reasons.length > 0 ? reasons.join('; ') : `no ${names.join(' or ')} there` };
}

export function pathStep(names: string[], minimum: string, surroundings: Surroundings): Step {
  return { name: 'PATH', look: () => findOnPath(names, minimum, surroundings) };
}

/** An URL in the environment wins over everything. */
export function urlStep(variable: string, surroundings: Surroundings): Step {
  return {
    name: variable,
    look: () => {
      const url = surroundings.env[variable];
      return Promise.resolve(
        url ? { kind: 'url', location: url, why: `the one at ${variable}` } : { passedOver: 'not set' },
      );
    },
  };
}
