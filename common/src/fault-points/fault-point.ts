import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the file of an armed point says. */
const order = z.strictObject({ action: z.enum(['exit', 'hang', 'throw']) });

/** What a point that was told to throw throws: an error that nobody expects. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

let directory: string | undefined;

/** From now on the points of this process look into this directory; undefined: they are inert again. */
export function useFaultDirectory(path: string | undefined): void {
  directory = path;
}

/**
 * A named moment before or after a durable step, where a test can have the process die (`exit`, as by kill -9), this path
 * stand still for ever (`hang`) or an unexpected error rise (`throw`). Always `await faultPoint('part.step.moment')`, each
 * name a literal of its own, for the list of points is read from the source. Inert unless the process was armed.
 *
 * A point is armed by a file of its name in FAULT_DIR. Whoever meets it first takes the file away by renaming it to
 * `<name>.<pid>.hit`, so of all processes exactly one is hit, once.
 */
export function faultPoint(name: string): Promise<void> | void {
  if (directory === undefined) return;
  const armed = join(directory, name);
  const claimed = `${armed}.${process.pid}.hit`;
  try {
    renameSync(armed, claimed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const { action } = order.parse(JSON.parse(readFileSync(claimed, 'utf8')));
  if (action === 'throw') return Promise.reject(new InjectedFault(`fault point ${name}`));
  if (action === 'exit') process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}
