import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const count = z.number().int().nonnegative();

const progress = z.object({
  startedAt: z.string(),
  /** Fixed for the whole race: round n is made of the seed and n alone. */
  seed: count,
  buyers: count,
  tickets: count,
  /** How often it was started, the first time included. */
  runs: count,
  rounds: count,
  /** Of racing alone, in all runs. */
  seconds: z.number().nonnegative(),
  /** Requests to reserve that were judged; those of a round that was cut off are not among them. */
  attempts: count,
  /** Answers, as `201`, `409 ticket_reserved`, `no answer`. */
  answers: z.record(z.string(), count),
  atReplica: z.tuple([count, count]),
  cancelled: count,
  /** How often each check found something to check. */
  checked: z.record(z.string(), count),
  violations: z.array(z.string()),
});

/** What all judged rounds of a race add up to. */
export type Progress = z.infer<typeof progress>;

export const emptyProgress = (
  given: Pick<Progress, 'startedAt' | 'seed' | 'buyers' | 'tickets'>,
): Progress => ({
  ...given,
  runs: 0,
  rounds: 0,
  seconds: 0,
  attempts: 0,
  answers: {},
  atReplica: [0, 0],
  cancelled: 0,
  checked: {},
  violations: [],
});

/** Undefined when there is none. */
export async function loadProgress(file: string): Promise<Progress | undefined> {
  try {
    return progress.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} can't be read as a race's progress; --anew begins again`, { cause: error });
  }
}

/** Whole or not at all: a run that is killed while it writes leaves the older file. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${file}.tmp`, file);
}
