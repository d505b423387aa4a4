import { ConfigError } from '../config';
import { CommandError, UsageError, type Command, type Output } from './command';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;
/** EX_CONFIG of sysexits.h, as with the service itself. */
const WRONG_CONFIG = 78;

const program = (service: string) => `node ${service}/dist/command.js`;

function overview(service: string, commands: Command[]): string {
  const lines = commands.map(({ name, parameters, summary }) => ({
    call: `${name} ${parameters}`.trim(),
    summary,
  }));
  const width = Math.max(...lines.map(({ call }) => call.length));
  return [
    `What an operator can ask of ${service}, with the settings (environment) of the service:`,
    '',
    ...lines.map(({ call, summary }) => `  ${program(service)} ${call.padEnd(width)}  ${summary}`),
    '',
    'Each tells more with --help.',
  ].join('\n');
}

function help(service: string, { name, parameters, summary, details }: Command): string {
  const usage = `${program(service)} ${name} ${parameters}`.trim();
  return [usage, '', `${summary}.`, ...(details ? ['', details] : [])].join('\n');
}

const isHelp = (arg: string) => ['--help', '-h'].includes(arg);

/** Finds the command that was typed and runs it; answers the exit code. What went wrong is told in words, a bug with its stack. */
export async function runCommandLine(
  service: string,
  commands: Command[],
  args: string[],
  output: Output,
): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, n) => args[n] === word));
  if (!command) {
    const wantsHelp = args.length > 0 && (args.some(isHelp) || args[0] === 'help');
    if (wantsHelp) output.out(overview(service, commands));
    else if (args.length > 0) output.say(`${service} has no command "${args.join(' ')}".\n`);
    if (!wantsHelp) output.say(overview(service, commands));
    return wantsHelp ? DONE : WRONG_USAGE;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.some(isHelp)) {
    output.out(help(service, command));
    return DONE;
  }
  try {
    await command.run(rest, output);
    return DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      output.say(`${error.message}\n\n${help(service, command)}`);
      return WRONG_USAGE;
    }
    if (error instanceof ConfigError) {
      output.say(
        `${error.message}\nThe command needs the settings of ${service}: run it where the service runs.`,
      );
      return WRONG_CONFIG;
    }
    output.say(error instanceof CommandError ? error.message : stackOf(error));
    return FAILED;
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
