import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '../config';
import { type Call, callsFor, splitData } from '../operator/calls';
import { findInstance, type Instance } from '../operator/instance';
import { parseRoll, roll } from '../operator/roll';
import { interruptible } from './leave';
import { parseEnvironment } from '../options';

/** `npm run gittix -- …`: asks the services of the running instance, with the settings they run with. Answers the worst exit code. */
export async function gittixCommand(root: string, args: string[]): Promise<number> {
  const { data, words } = splitData(args);
  if (words[0] === 'roll') {
    const services = parseRoll(words.slice(1));
    await interruptible(() => roll(root, data, services));
    return 0;
  }
  const calls = callsFor(words);
  const env = environment();
  const instance = await findInstance({ root, data, env, settings: parseEnvironment(env) });
  let worst = 0;
  for (const call of calls) {
    if (calls.length > 1) process.stdout.write(`\n${call.service}\n`);
    worst = Math.max(worst, await ask(root, instance, call));
  }
  return worst;
}

/** Runs the command line of one service, as `kubectl exec` does in the cluster. */
function ask(root: string, instance: Instance, { service, args }: Call): Promise<number> {
  const cwd = join(root, service);
  // While developing there may be no build, or an old one.
  const program = instance.dev
    ? ['--conditions=gittix-source', '--import', 'tsx', join(cwd, 'src/command.ts')]
    : [join(cwd, 'dist/command.js')];
  const child = spawn(process.execPath, [...program, ...args], {
    cwd,
    env: instance.environmentOf(service),
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
