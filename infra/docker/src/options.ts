import { parseArgs } from 'node:util';
import { z } from 'zod';
import { isPart, PART_NAMES } from './parts';

/** The command line is wrong; the message says what and what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** A registry's digest or a version; `latest` is neither. */
const image = z
  .string()
  .regex(/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/, 'is not the name of an image')
  .refine((name) => /[^/]:[\w.-]+$|@sha256:/.test(name) && !name.endsWith(':latest'), {
    message: 'needs a version or a digest, and not "latest"',
  });

const schema = z
  .object({
    parts: z.array(z.string().refine(isPart, `is no part; parts are ${PART_NAMES.join(', ')}`)),
    printTags: z.literal(true, 'is what it can do'),
    json: z.boolean(),
    buildImage: image.optional(),
    runImage: image.optional(),
    help: z.boolean(),
  })
  .refine(({ json, printTags }) => !json || printTags, { path: ['json'], message: 'goes with --print-tags' });
export type Options = z.infer<typeof schema>;

const FLAGS = {
  'print-tags': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'build-image': { type: 'string' },
  'run-image': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const camel = (name: string) => name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Options of `npm run images`. Throws OptionError naming everything that is unknown or wrong. */
export function parseOptions(args: string[]): Options {
  const { values, positionals } = parse(args);
  const named = Object.fromEntries(Object.entries(values).map(([name, value]) => [camel(name), value]));
  const result = schema.safeParse({ ...named, parts: positionals });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [field, at], message }) =>
    field === 'parts' ? `"${positionals[Number(at)]}" ${message}` : `--${kebab(String(field))} ${message}`,
  );
  throw new OptionError(problems.join('\n'));
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: FLAGS, strict: true, allowPositionals: true });
  } catch (error) {
    const known = Object.keys(FLAGS).map((name) => `--${name}`);
    const problem = (error as Error).message.split('. To specify')[0];
    throw new OptionError(`${problem}\nKnown options: ${known.join(', ')}.`, { cause: error });
  }
}

export const HELP = `npm run images -- [PART…] [options]

The images of all parts, or of those named: ${PART_NAMES.join(' ')}.

  --print-tags        prints the content tag of each part and builds nothing: the same content gives the same tag
                      in every checkout, so that what was built and tested once is what is promoted
  --json              with --print-tags: one JSON object, part -> tag
  --build-image NAME  in place of the Dockerfiles' own base images, such as the same ones by digest;
  --run-image NAME    they are part of the content
  --help
`;
