import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command';

type Options = NonNullable<ParseArgsConfig['options']>;
type Given<T extends Options> = { args: string[]; options: T; strict: true; allowPositionals: true };

/** Reads the options of a command; UsageError for one that it does not know. */
export function readArguments<T extends Options>(
  args: string[],
  options: T,
): ReturnType<typeof parseArgs<Given<T>>> {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0] ?? '', { cause: error });
  }
}

/** For commands that take neither options nor anything else. */
export function expectNothing(args: string[]): void {
  const { positionals } = readArguments(args, {});
  if (positionals.length > 0)
    throw new UsageError(`"${positionals.join(' ')}" is more than this command takes.`);
}
