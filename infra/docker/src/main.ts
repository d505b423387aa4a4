import { join } from 'node:path';
import { contentTags } from './content/tag';
import { HELP, OptionError, parseOptions } from './options';
import { PART_NAMES } from './parts';

const ROOT = join(__dirname, '../../..');

/** Errors that are no bug of ours: their message is all a person needs. */
const EXPECTED = new Set(['OptionError', 'ContentError', 'IgnorePatternError']);

async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const parts = options.parts.length > 0 ? options.parts : PART_NAMES;
  const all = await contentTags(ROOT, options);
  const tags = Object.fromEntries(parts.map((part) => [part, all[part]]));
  const lines = Object.entries(tags).map(([part, tag]) => `${part} ${tag}`);
  process.stdout.write(options.json ? `${JSON.stringify(tags, null, 2)}\n` : `${lines.join('\n')}\n`);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const expected = error instanceof Error && EXPECTED.has(error.name);
    process.stderr.write(`${expected ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = error instanceof OptionError ? 2 : 1;
  },
);
