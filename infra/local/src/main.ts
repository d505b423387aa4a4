import { join } from 'node:path';
import { buildCommand } from './commands/build';
import { gittixCommand } from './commands/gittix';
import { startCommand } from './commands/start';
import { testCommand } from './commands/test';
import { helpFor, OVERVIEW } from './help';
import { OptionError } from './options';

const ROOT = join(__dirname, '../../..');

/** Errors that are no bug of ours: their message is all a person needs. */
const EXPECTED = new Set([
  'OptionError',
  'NotFoundError',
  'BuildError',
  'PortTakenError',
  'AlreadyRunningError',
  'SeedError',
  'NoInstanceError',
  'ControlError',
]);

async function main([command = '', ...args]: string[]): Promise<number> {
  if (['', '--help', '-h', 'help'].includes(command)) {
    process.stdout.write(OVERVIEW);
    return command === '' ? 2 : 0;
  }
  const help = helpFor(command);
  if (help === undefined) throw new OptionError(`There is no command "${command}".\n\n${OVERVIEW}`);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  switch (command) {
    case 'start':
    case 'dev':
      return startCommand(ROOT, args, { dev: command === 'dev' });
    case 'build':
      return buildCommand(ROOT, args);
    case 'gittix':
      return gittixCommand(ROOT, args);
    default:
      return testCommand(ROOT, args);
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const expected = error instanceof Error && EXPECTED.has(error.name);
    process.stderr.write(`\n${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = error instanceof OptionError ? 2 : 1;
  },
);
