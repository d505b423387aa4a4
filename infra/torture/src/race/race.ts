import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Agent } from 'undici';
import { Databases } from '../evidence/database';
import { type Instance, startInstance } from '../instance/instance';
import { OptionError } from '../options';
import { dropHoldsIndex } from './break-index';
import { endEarlierInstance } from './earlier';
import { Course } from './course';
import type { RaceOptions } from './options';
import { emptyProgress, loadProgress, type Progress, writeJson } from './progress';
import { report, tellProgress, tellReport } from './report';

const ROOT = join(__dirname, '../../../..');
/** Longer than a round by far: in a race holds end by being let go. */
const HOLD_SECONDS = 900;

/** One run of a race: from where it stands to its end, a violation, or the signal to stop. Answers the exit code. */
export async function race(
  options: RaceOptions,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<number> {
  const base = join(ROOT, '.gittix', options.withoutIndex ? 'race-without-index' : 'race');
  const data = join(base, 'instance');
  const progressFile = join(base, 'progress.json');
  await endEarlierInstance(data, say);
  const progress = await begin(options, base, progressFile);
  progress.runs += 1;
  await writeJson(progressFile, progress);
  say(
    `race of ${options.attempts} attempts, seed ${progress.seed}, ${progress.buyers} buyers; data in ${base}`,
  );
  const instance = await startInstance({
    ...{ data, replicas: 2, orderTtlSeconds: HOLD_SECONDS },
    // A million lines of granted and refused requests tell nothing.
    env: { LOG_LEVEL: 'warn' },
  });
  try {
    if (options.withoutIndex) await dropHoldsIndex(instance);
    await runRounds({ options, progress, instance, progressFile, say, stop });
  } finally {
    await instance.stop();
  }
  await writeJson(join(base, 'report.json'), report(progress, options.attempts));
  say(tellReport(report(progress, options.attempts)));
  say(`report: ${join(base, 'report.json')}`);
  return verdict(options, progress, say);
}

/** Where the race stands: at its beginning, or where the run before left it. */
async function begin(options: RaceOptions, base: string, file: string): Promise<Progress> {
  const { resume, anew, withoutIndex, seed, buyers, tickets, attempts } = options;
  const earlier = anew || withoutIndex ? undefined : await loadProgress(file);
  if (resume) {
    if (!earlier) throw new OptionError('there is no race to go on with');
    return earlier;
  }
  if (earlier && earlier.attempts < attempts && earlier.violations.length === 0) {
    throw new OptionError(
      `a race stands at ${earlier.attempts} attempts: --resume goes on with it, --anew forgets it`,
    );
  }
  await rm(base, { recursive: true, force: true });
  return emptyProgress({ startedAt: new Date().toISOString(), seed, buyers, tickets });
}

interface Run {
  options: RaceOptions;
  progress: Progress;
  instance: Instance;
  progressFile: string;
  say: (line: string) => void;
  stop: AbortSignal;
}

async function runRounds({ options, progress, instance, progressFile, say, stop }: Run): Promise<void> {
  const databases = await Databases.at(instance.portOf('mongod'));
  const dispatcher = new Agent({ connections: 64 });
  try {
    const course = await Course.open({ instance, databases, dispatcher, buyers: progress.buyers });
    try {
      await course.judgeAll(progress);
      while (progress.attempts < options.attempts && progress.violations.length === 0 && !stop.aborted) {
        await course.round(progress, stop);
        await writeJson(progressFile, progress);
        say(tellProgress(progress, options.attempts));
      }
      await course.judgeAll(progress);
      await writeJson(progressFile, progress);
    } finally {
      await course.close();
    }
  } finally {
    await dispatcher.close();
    await databases.close();
  }
}

function verdict(
  { attempts, withoutIndex }: RaceOptions,
  progress: Progress,
  say: (line: string) => void,
): number {
  const found = progress.violations.length;
  if (withoutIndex) {
    say(found > 0 ? 'without the index it is seen at once' : 'WITHOUT THE INDEX NOTHING WAS SEEN');
    return found > 0 ? 0 : 1;
  }
  if (found > 0) say(`${found} VIOLATIONS`);
  else if (progress.attempts >= attempts) say('0 double sales');
  else say('0 double sales so far; --resume goes on');
  return found > 0 ? 1 : 0;
}
