import { join } from 'node:path';
import { interruptible } from '../../local/src/commands/leave';
import { buildImages } from './build/build-images';
import { anyEngine, type Engine, engineOf, ownCommand, type Terminal } from './build/engine';
import { environment } from './config';
import { writeSboms } from './content/sbom';
import { contentTags, type Tags } from './content/tag';
import { HELP } from './help';
import { type ImageName, imageSource } from './images';
import { OptionError, type Options, parseOptions } from './options';
import { isPart, PART_NAMES } from './parts';
import { type Selection, selectionOf } from './selection';

const ROOT = join(__dirname, '../../..');

/** Errors that are no bug of ours: their message is all a person needs. */
const EXPECTED = new Set([
  'OptionError',
  'ContentError',
  'IgnorePatternError',
  'ImageError',
  'SbomError',
  'NotFoundError',
]);

const say = (line: string) => void process.stdout.write(`${line}\n`);

function engineFor({ builder, build }: Options, terminal: Terminal): Engine | Promise<Engine> {
  if (build !== undefined) return ownCommand(build, terminal);
  return builder === undefined ? anyEngine(terminal) : engineOf(builder, terminal);
}

async function build(options: Options, { names, ...base }: Selection, tags: Tags): Promise<void> {
  const terminal = { env: environment(), say };
  const { prefix, tag, load } = options;
  const contentOf = (name: ImageName) => (isPart(name) ? tags[name] : 'local');
  const tagOf = (name: ImageName) => (tag === 'content' ? contentOf(name) : tag);
  const sources = names.map((name) => ({ ...imageSource(ROOT, name), tag: tagOf(name) }));
  await buildImages({ ...base, load, prefix, sources }, await engineFor(options, terminal), terminal);
}

async function main(args: string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const selection = selectionOf(options);
  const all = await contentTags(ROOT, selection);
  const parts = options.names.length > 0 ? options.names.filter(isPart) : PART_NAMES;
  const tags = Object.fromEntries(parts.map((part) => [part, all[part]]));
  if (options.sbom !== undefined)
    await interruptible(() => writeSboms(ROOT, options.sbom ?? '', tags, environment()));
  if (options.printTags) {
    if (options.json) say(JSON.stringify(tags, null, 2));
    else for (const [part, tag] of Object.entries(tags)) say(`${part} ${tag}`);
  }
  if (options.sbom === undefined && !options.printTags)
    await interruptible(() => build(options, selection, all));
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
