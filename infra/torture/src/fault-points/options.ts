import { parseArgs } from 'node:util';
import { z } from 'zod';
import { OptionError } from '../options';
import { type Action, ACTIONS } from './switchboard';

export interface Options {
  /** Names, or beginnings of names up to a dot; empty: all. */
  only: string[];
  actions: Action[];
  sample: boolean;
  replicas: number;
  keep: boolean;
  list: boolean;
  help: boolean;
}

const words = (given: string | undefined) =>
  (given ?? '').split(',').flatMap((word) => (word.trim() ? [word.trim()] : []));
const replicas = z.coerce.number().int().min(1).max(9);

export function readOptions(args: string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        only: { type: 'string' },
        action: { type: 'string' },
        sample: { type: 'boolean', default: false },
        replicas: { type: 'string', default: '2' },
        keep: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
  const actions = words(values.action);
  const unknown = actions.filter((word) => !ACTIONS.some((action) => action === word));
  if (unknown.length > 0)
    throw new OptionError(`no such action: ${unknown.join(', ')} (${ACTIONS.join(', ')})`);
  const count = replicas.safeParse(values.replicas);
  if (!count.success) throw new OptionError('--replicas: a whole number from 1 to 9');
  const { sample, keep, list, help } = values;
  return {
    only: words(values.only),
    actions: ACTIONS.filter((action) => actions.length === 0 || actions.includes(action)),
    replicas: count.data,
    ...{ sample, keep, list, help },
  };
}

/** The points that --only means; a word that means none is an error. */
export function choosePoints(points: readonly string[], only: readonly string[]): string[] {
  const fits = (word: string, point: string) => point === word || point.startsWith(`${word}.`);
  const unknown = only.filter((word) => !points.some((point) => fits(word, point)));
  if (unknown.length > 0) throw new OptionError(`no such fault point: ${unknown.join(', ')}`);
  return points.filter((point) => only.length === 0 || only.some((word) => fits(word, point)));
}

export const HELP = `npm run test:faults -- [options]

Starts a GitTix of its own on the loopback and has it fail at every fault point in its sources, once by each action:
exit (the process dies as by kill -9), hang (the path stands still, then its process is killed) and throw. After each
everything must come to rest within 30 s, and all invariants of npm run torture must hold. Ends by itself; 1 when a
point was not met or anything was violated.

  --only A,B       only these points; "payments" or "payments.capture" means all that begin so
  --action A,B     only these actions
  --sample         the fixed few of npm test
  --replicas N     of each service (2)
  --list           name the points, start nothing
  --keep           keep the instance's data and logs; they are kept anyway when something is wrong
  --help
`;
