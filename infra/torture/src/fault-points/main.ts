import { join } from 'node:path';
import { OptionError } from '../options';
import { discoverPoints } from './discover';
import { choosePoints, HELP, readOptions } from './options';
import { planScenarios, SAMPLE } from './plan';
import { runFaultPoints } from './run';
import { SCENARIOS } from './scenarios';

const ROOT = join(__dirname, '../../../..');

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { points, problems } = discoverPoints(ROOT);
  const unplayed = points.filter((point) => !(point in SCENARIOS)).map((point) => `${point} has no scenario`);
  if (problems.length + unplayed.length > 0) throw new OptionError([...problems, ...unplayed].join('\n'));
  const chosen = { points: choosePoints(points, options.only), actions: options.actions };
  if (options.list) {
    process.stdout.write(`${chosen.points.join('\n')}\n`);
    return 0;
  }
  const startedAt = Date.now();
  const say = (line: string) =>
    process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} ${line}\n`);
  const stop = new AbortController();
  // Asked to end, it finishes the scenario, judges what it has seen so far, and leaves nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const planned = options.sample ? SAMPLE : planScenarios(SCENARIOS, chosen);
  const wrong = await runFaultPoints({ ...options, planned, say, stop: stop.signal });
  say(wrong === 0 ? 'nothing wrong' : `${wrong} THINGS WRONG`);
  return wrong === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof OptionError ? error.message : ((error as Error).stack ?? String(error))}\n`,
    );
    process.exitCode = error instanceof OptionError ? 2 : 1;
  },
);
