import { parseArgs } from 'node:util';
import { z } from 'zod';
import { OptionError } from '../options';

export interface RaceOptions {
  /** How many requests to reserve are to be made in all, over every run of this race. */
  attempts: number;
  buyers: number;
  /** In each round. */
  tickets: number;
  seed: number;
  resume: boolean;
  anew: boolean;
  withoutIndex: boolean;
  help: boolean;
}

const numbers = z.object({
  attempts: z.coerce.number().int().min(1).max(1e9),
  buyers: z.coerce.number().int().min(2).max(200),
  tickets: z.coerce.number().int().min(3).max(300),
  seed: z.coerce.number().int().nonnegative(),
});

export function readRaceOptions(args: string[]): RaceOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        attempts: { type: 'string', default: '1000000' },
        buyers: { type: 'string', default: '32' },
        tickets: { type: 'string', default: '24' },
        seed: { type: 'string', default: '1' },
        resume: { type: 'boolean', default: false },
        anew: { type: 'boolean', default: false },
        'without-index': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { resume, anew, help, 'without-index': withoutIndex } = values;
    if (resume && anew) throw new OptionError('--resume goes on, --anew forgets: choose one');
    if (resume && withoutIndex) throw new OptionError('--without-index has a race of its own: no --resume');
    // Without losers everything is slow: a few buyers and tickets show it as well.
    const few = withoutIndex ? { attempts: 1, buyers: 8, tickets: 3 } : {};
    return { ...numbers.parse(values), ...few, resume, anew, withoutIndex, help };
  } catch (error) {
    if (error instanceof z.ZodError) {
      const { path, message } = error.issues[0] ?? { path: [], message: '' };
      throw new OptionError(`--${path.join('.')}: ${message}`, { cause: error });
    }
    throw new OptionError((error as Error).message, { cause: error });
  }
}

export const RACE_HELP = `npm run torture:race -- [options]

Starts a GitTix of its own with two replicas of each service, has buyers race for few tickets at both replicas of
orders, and checks after every round, from answers and database, that no ticket was held twice. Ends by itself;
1 on any double sale. Interrupted in whatever way, it goes on with --resume. Report: .gittix/race/report.json

  --attempts N      requests to reserve, in all runs together (1000000)
  --buyers N        wanting each ticket at once (32)
  --tickets N       fresh ones in each round, rounded up to threes (24)
  --seed N          the same seed makes the same rounds (1)
  --resume          goes on with the race that was interrupted, with its buyers, tickets and seed
  --anew            forgets an unfinished race and its data
  --without-index   drops the unique index of holds first, in a short race of its own: it must find double sales,
                    and then ends with 0; a check of the checks
  --help
`;
