import { join } from 'node:path';
import { environment } from '../config';
import { HELP, OptionError, readOptions } from './options';
import { pipeline } from './pipeline';
import { report } from './report';

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const repository = join(__dirname, '../../../..');
  const result = await pipeline({ ...options, repository, env: environment(), say });
  say(report(result));
  return result.green ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isOption = error instanceof OptionError;
    process.stderr.write(`${isOption ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = isOption ? 2 : 1;
  },
);
