import { parseArgs } from 'node:util';
import { z } from 'zod';
import { KINDS } from './faults/catalogue';

export class OptionError extends Error {
  override readonly name = 'OptionError';
}

export interface Options {
  minutes: number;
  seed: number;
  only: string[];
  without: string[];
  /** Each fault once and none for long, for a run too short for the deck. */
  eachOnce: boolean;
  replicas: number;
  orderTtlSeconds: number;
  keep: boolean;
  help: boolean;
}

const numbers = z.object({
  minutes: z.coerce
    .number()
    .positive()
    .max(24 * 60),
  seed: z.coerce.number().int().nonnegative(),
  replicas: z.coerce.number().int().min(1).max(9),
  ttl: z.coerce.number().int().min(2).max(900),
});

const list = (given: string | undefined) =>
  (given ?? '').split(',').flatMap((word) => (word.trim() ? [word.trim()] : []));

export function readOptions(args: string[], anySeed: number): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '5' },
        seed: { type: 'string', default: String(anySeed) },
        only: { type: 'string' },
        without: { type: 'string' },
        'each-once': { type: 'boolean', default: false },
        replicas: { type: 'string', default: '2' },
        ttl: { type: 'string', default: '8' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { minutes, seed, replicas, ttl } = numbers.parse(values);
    const { keep, help, 'each-once': eachOnce } = values;
    const chosen = { only: list(values.only), without: list(values.without), eachOnce, keep, help };
    return { minutes, seed, replicas, orderTtlSeconds: ttl, ...chosen };
  } catch (error) {
    if (error instanceof z.ZodError) {
      const { path, message } = error.issues[0] ?? { path: [], message: '' };
      throw new OptionError(`--${path.join('.')}: ${message}`);
    }
    throw new OptionError((error as Error).message);
  }
}

export const HELP = `npm run torture -- [options]

Starts a GitTix of its own on the loopback, lets buyers, sellers and thieves loose on it while processes
are killed and paused and the network fails, and checks from outside that every promise was kept. Ends by itself; 1 on
any violation, and when a fault that was planned never hit. BUS=stan runs it on NATS Streaming.

  --minutes N      how long things go wrong (5)
  --seed N         the same seed makes the same plan (made up)
  --only A,B       only these faults: a name, or all before a colon (kill, network, kill:orders, …)
  --without A,B    all but these
  --each-once      each fault once and none for long, for a run of a minute
  --replicas N     of each service (2)
  --ttl SECONDS    how long a ticket is held (8)
  --keep           keep the instance's data and logs; they are kept anyway when there are violations
  --help

Faults: ${KINDS.map(({ name }) => name).join(' ')}
`;
