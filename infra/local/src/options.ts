import { parseArgs } from 'node:util';
import { z } from 'zod';

/** The command line or the environment is wrong; the message says what and what would be right. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const wholeNumber = (name: string, least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `${name} needs a whole number`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `${name} must be between ${least} and ${most}`);

const startOptions = z.object({
  port: wholeNumber('--port', 0, 65_535).default(3000),
  replicas: wholeNumber('--replicas', 1, 9).default(1),
  data: z.string().min(1, '--data needs a directory').default('.gittix'),
  reset: z.boolean().default(false),
  seed: z.boolean().default(false),
});
export type StartOptions = z.infer<typeof startOptions>;

const environmentSettings = z.object({
  ORDER_TTL_SECONDS: wholeNumber('ORDER_TTL_SECONDS', 1, 86_400).optional(),
  BUS: z.enum(['jetstream', 'stan'], 'BUS must be jetstream or stan').optional(),
  STAN_CLUSTER_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]+$/, 'STAN_CLUSTER_ID may have letters, digits, _ and -')
    .optional(),
  NATS_MONITORING_PORT: wholeNumber('NATS_MONITORING_PORT', 1, 65_535).optional(),
  DETOURS: z
    .string()
    .regex(/^[a-z-]+=\d{1,5}(,[a-z-]+=\d{1,5})*$/, 'DETOURS must be like mongod=27018,redis-server=6380')
    .transform((text) => new Map(text.split(',').map((pair) => pair.split('=') as [string, string])))
    .optional(),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_PUBLISHABLE_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRETS: z.string().optional(),
});
export type EnvironmentSettings = z.infer<typeof environmentSettings>;

function check<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new OptionError(result.error.issues.map(({ message }) => message).join('\n'));
}

const START_FLAGS = {
  port: { type: 'string' },
  replicas: { type: 'string' },
  data: { type: 'string' },
  reset: { type: 'boolean' },
  seed: { type: 'boolean' },
} as const;

/** Options of start and dev. Throws OptionError naming what is unknown or wrong. */
export function parseStartOptions(args: string[]): StartOptions {
  return check(startOptions, parse(args, START_FLAGS));
}

/** For commands that take no option. */
export function parseNoOptions(args: string[]): void {
  parse(args, {});
}

function parse(
  args: string[],
  options: NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>,
) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const list =
      known.length > 0 ? `Known options: ${known.join(', ')}, --help.` : 'It takes no options but --help.';
    throw new OptionError(`${(error as Error).message.split('. To specify')[0]}\n${list}`, { cause: error });
  }
}

/** Settings that come by the environment. Throws OptionError. */
export function parseEnvironment(env: NodeJS.ProcessEnv): EnvironmentSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const settings = check(environmentSettings, given);
  if (settings.STRIPE_SECRET_KEY !== undefined && settings.STRIPE_PUBLISHABLE_KEY === undefined) {
    throw new OptionError('STRIPE_SECRET_KEY is set, so STRIPE_PUBLISHABLE_KEY is needed as well.');
  }
  return settings;
}
