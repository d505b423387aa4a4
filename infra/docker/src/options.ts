import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ENGINES } from './build/engine';
import { IMAGE_NAMES, isImageName } from './images';

/** The command line is wrong; the message says what and what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

/** A registry's digest or a version; `latest` is neither. */
const image = z
  .string()
  .regex(/^[\w.-]+(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[0-9a-f]{64})?$/, 'is not the name of an image')
  .refine((name) => /:[\w.-]+$|@sha256:/.test(name) && !name.endsWith(':latest'), {
    message: 'needs a version or a digest, and not "latest"',
  });

const schema = z
  .object({
    names: z.array(z.string().refine(isImageName, `is no image; there are ${IMAGE_NAMES.join(', ')}`)),
    lab: z.boolean(),
    printTags: z.boolean(),
    json: z.boolean(),
    sbom: z.string().min(1, 'needs a directory').optional(),
    builder: z.enum(ENGINES, `is one of ${ENGINES.join(', ')}`).optional(),
    build: z.string().includes('{image}', 'needs {image} in it').optional(),
    load: z
      .string()
      .regex(/\{(image|tar)\}/, 'needs {image} or {tar} in it')
      .optional(),
    prefix: z.string().regex(/^([\w.:-]+\/)*$/, 'is a registry or a path that ends in /'),
    tag: z.string().regex(/^\w[\w.-]{0,127}$/, 'is not a tag'),
    buildImage: image.optional(),
    runImage: image.optional(),
    help: z.boolean(),
  })
  .refine(({ json, printTags }) => !json || printTags, { path: ['json'], message: 'goes with --print-tags' })
  .refine(({ builder, build }) => !builder || !build, {
    path: ['build'],
    message: 'takes the place of --builder',
  })
  .refine(({ tag }) => tag !== 'latest', { path: ['tag'], message: 'may not be "latest"' });
export type Options = z.infer<typeof schema>;

const FLAGS = {
  lab: { type: 'boolean', default: false },
  'print-tags': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  sbom: { type: 'string' },
  builder: { type: 'string' },
  build: { type: 'string' },
  load: { type: 'string' },
  prefix: { type: 'string', default: '' },
  tag: { type: 'string', default: 'local' },
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
  const result = schema.safeParse({ ...named, names: positionals });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path: [field, at], message }) =>
    field === 'names' ? `"${positionals[Number(at)]}" ${message}` : `--${kebab(String(field))} ${message}`,
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
