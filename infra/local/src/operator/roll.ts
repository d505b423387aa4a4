import { join, resolve } from 'node:path';
import { keepRelease } from '../build/release';
import { OptionError } from '../options';
import { prepare } from '../prepare';
import { askControl } from '../supervisor/control';
import { isAlive } from '../supervisor/earlier-run';
import { SERVICES } from '../supervisor/plan-services';
import { readRunFile } from '../supervisor/run-file';
import { NoInstanceError } from './instance';

const ROLLED = [...SERVICES, 'client'] as const;

/** The services named, each once and in the order of the list; all when none is. Throws OptionError. */
export function parseRoll(words: string[]): string[] {
  const unknown = words.find((word) => !ROLLED.some((name) => name === word));
  if (unknown !== undefined) throw new OptionError(`"${unknown}" is none of ${ROLLED.join(', ')}.`);
  return ROLLED.filter((name) => words.length === 0 || words.includes(name));
}

/** Builds what is in the tree now and has the running instance take it, replica by replica. */
export async function roll(root: string, data: string, services: string[]): Promise<void> {
  const base = resolve(root, data);
  const state = await readRunFile(join(base, 'run.json'));
  if (!state || !(await isAlive(state))) {
    throw new NoInstanceError(`No GitTix runs with its data in ${base}: there is nothing to roll.`);
  }
  if (state.control === undefined) {
    throw new NoInstanceError('This instance runs from its sources and takes every change by itself.');
  }
  await prepare(root, { tools: [], build: 'all' });
  const code = await keepRelease(root, state);
  await askControl(state.control, { roll: services, code }, (line) => process.stdout.write(`${line}\n`));
}
