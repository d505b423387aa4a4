import { HELP, OptionError, readOptions } from './options';
import { torture } from './torture';

async function main(args: string[]): Promise<number> {
  const options = readOptions(args, Date.now() % 1_000_000);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const startedAt = Date.now();
  const say = (line: string) =>
    process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} ${line}\n`);
  const stop = new AbortController();
  // Asked to end, it stops the faults, judges what it has seen so far, and leaves nothing behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return (await torture(options, say, stop.signal)) === 0 ? 0 : 1;
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
