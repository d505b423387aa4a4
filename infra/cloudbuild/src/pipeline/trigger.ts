import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readYaml } from '../build/read';
import { triggerFile, type TriggerFile } from '../build/schema';

/** Every trigger of a folder. */
export async function readTriggers(folder: string): Promise<TriggerFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(names.map((name) => readYaml(join(folder, name), triggerFile)));
}

/** The trigger that a push to this branch sets off. Throws when none does. */
export function triggerOfPush(triggers: readonly TriggerFile[], branch: string): TriggerFile {
  const branches: string[] = [];
  for (const trigger of triggers) {
    if (!('push' in trigger.repositoryEventConfig)) continue;
    const { branch: pattern } = trigger.repositoryEventConfig.push;
    if (new RegExp(pattern).test(branch)) return trigger;
    branches.push(pattern);
  }
  throw new Error(`No trigger builds a push to ${branch}; they build ${branches.join(', ')}.`);
}

/** The trigger of pull requests. */
export function triggerOfPullRequest(triggers: readonly TriggerFile[]): TriggerFile {
  const found = triggers.find(({ repositoryEventConfig }) => 'pullRequest' in repositoryEventConfig);
  if (!found) throw new Error('No trigger builds pull requests.');
  return found;
}
