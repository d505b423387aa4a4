/** Where a command writes: answers, and what is said besides (progress, warnings). */
export interface Output {
  out: (line: string) => void;
  say: (line: string) => void;
}

/** One thing an operator can ask of a service. */
export interface Command {
  /** What is typed, such as `dead-letters list`. */
  name: string;
  /** What follows the name: `ID…`. */
  parameters: string;
  /** One line for the overview. */
  summary: string;
  /** More for its --help. */
  details?: string;
  run(args: string[], output: Output): Promise<void>;
}

/** What was asked can't be done; the message says why and what would help. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The command line itself is wrong; shown with the command's help. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
