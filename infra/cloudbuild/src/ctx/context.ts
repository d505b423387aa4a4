import { runCommand } from '../pipeline/command';
import type { Place } from './stages';

export class WrongContextError extends Error {
  override readonly name = 'WrongContextError';
}

/** What ctx may use of the machine. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
}

/** Points gcloud and kubectl at a stage, and looks that they really are. */
export async function goTo(stage: string, place: Place, machine: Machine): Promise<void> {
  const { context, namespace, cloud } = place;
  if (cloud) {
    const { project, region, cluster } = cloud;
    await run(machine, 'gcloud', ['config', 'set', 'project', project]);
    await run(machine, 'gcloud', [
      'container',
      'clusters',
      'get-credentials',
      cluster,
      '--project',
      project,
      '--region',
      region,
    ]);
  }
  await run(machine, 'kubectl', ['config', 'use-context', context]);
  await run(machine, 'kubectl', ['config', 'set-context', '--current', '--namespace', namespace]);
  await check(stage, place, machine);
}

/** Throws WrongContextError unless kubectl's context and namespace are those of the stage. */
export async function check(stage: string, { context, namespace }: Place, machine: Machine): Promise<void> {
  const now = await run(machine, 'kubectl', ['config', 'current-context']);
  const view = ['config', 'view', '--minify', '--output', 'jsonpath={..namespace}'];
  const at = (await run(machine, 'kubectl', view)) || 'default';
  if (now !== context || at !== namespace) {
    throw new WrongContextError(
      `kubectl is at ${now}, namespace ${at}; ${stage} is ${context}, namespace ${namespace}.\n` +
        `npm run ctx -- ${stage} goes there.`,
    );
  }
  machine.say(`${stage}: ${context}, namespace ${namespace}`);
}

/** What a program answers on its standard output; throws with all it said when it fails. */
async function run({ env }: Machine, program: string, args: string[]): Promise<string> {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await runCommand({
    program,
    args,
    cwd: '.',
    env,
    onLine: (line) => lines.push(line),
    onError: (line) => errors.push(line),
  });
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${[...lines, ...errors].join('\n')}`);
  }
  return lines.join('\n').trim();
}
