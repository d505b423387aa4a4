import type { BuildFile, Step } from './schema';

export class SubstitutionError extends Error {
  override readonly name = 'SubstitutionError';
}

/** What Cloud Build itself knows of a build that a trigger started. */
export const BUILT_IN = [
  'PROJECT_ID',
  'PROJECT_NUMBER',
  'LOCATION',
  'BUILD_ID',
  'TRIGGER_NAME',
  'REPO_NAME',
  'REPO_FULL_NAME',
  'BRANCH_NAME',
  'TAG_NAME',
  'REF_NAME',
  'COMMIT_SHA',
  'REVISION_ID',
  'SHORT_SHA',
] as const;

/** `$$` is a dollar sign; `$NAME` and `${NAME}` are substitutions. */
const PLACES = /\$\$|\$\{([A-Z_][A-Z0-9_]*)\}|\$([A-Z_][A-Z0-9_]*)/g;

/** The names a text substitutes. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(PLACES)].flatMap(([, braced, bare]) => braced ?? bare ?? []);
}

/** Puts the values in. Throws SubstitutionError naming what nobody declared. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACES, (place, braced?: string, bare?: string) => {
    if (place === '$$') return '$';
    const name = braced ?? bare ?? '';
    const value = values[name];
    if (value === undefined) throw new SubstitutionError(`$${name} is not declared (in: ${text})`);
    return value;
  });
}

/** Every text of a step that Cloud Build substitutes in: all but a script, which sees the environment only. */
function substituted(step: Step): string[] {
  return [step.name, step.dir ?? '', step.entrypoint ?? '', ...(step.args ?? []), ...(step.env ?? [])];
}

/** Every name that a build file substitutes. */
export function namesUsed(build: BuildFile): Set<string> {
  return new Set([...build.options.env, ...build.steps.flatMap(substituted)].flatMap(namesIn));
}

/** The step with all values in; the build's environment comes before its own. */
export function resolveStep(step: Step, build: BuildFile, values: Readonly<Record<string, string>>): Step {
  const put = (text: string) => substitute(text, values);
  return {
    ...step,
    name: put(step.name),
    env: [...build.options.env, ...(step.env ?? [])].map(put),
    ...(step.args && { args: step.args.map(put) }),
    ...(step.entrypoint && { entrypoint: put(step.entrypoint) }),
    ...(step.dir && { dir: put(step.dir) }),
  };
}
