import { OptionError } from '../options';
import { RACE_HELP, readRaceOptions } from './options';
import { race } from './race';

async function main(args: string[]): Promise<number> {
  const options = readRaceOptions(args);
  if (options.help) {
    process.stdout.write(RACE_HELP);
    return 0;
  }
  const startedAt = Date.now();
  const say = (line: string) =>
    process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(6)} s  ${line}\n`);
  const stop = new AbortController();
  // Asked to end, it finishes the heats under way, judges them, and keeps where it stands.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return race(options, say, stop.signal);
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
