import { z } from 'zod';
import { invalidRequest, type StripeError } from '../stripe-error';

/** Building blocks for parameters as they arrive form-encoded: every value is text. */

const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY = 40;
const MAX_METADATA_VALUE = 500;

function issue(ctx: z.RefinementCtx<unknown>, message: string, code?: string, path: string[] = []): never {
  ctx.addIssue({ code: 'custom', message, path, params: { stripeCode: code } });
  return z.NEVER;
}

export const text = z.string().check((ctx) => {
  if (ctx.value === '') {
    ctx.issues.push({
      code: 'custom',
      input: ctx.value,
      message: 'An empty string is no value here.',
      params: { stripeCode: 'parameter_invalid_empty' },
    });
  }
});

/** Text that an empty string takes away. */
export const clearableText = z
  .string()
  .max(1000)
  .transform((value) => (value === '' ? null : value));

export const integer = text.transform((value, ctx) => {
  const number = Number(value);
  return /^-?\d+$/.test(value) && Number.isSafeInteger(number)
    ? number
    : issue(ctx, `Invalid integer: ${value}`, 'parameter_invalid_integer');
});

/** At least 1. */
export const positiveInteger = integer.transform((value, ctx) =>
  value >= 1
    ? value
    : issue(ctx, 'This value must be greater than or equal to 1.', 'parameter_invalid_integer'),
);

export const boolean = z.string().transform((value, ctx) => {
  if (value === 'true' || value === 'false') return value === 'true';
  return issue(ctx, `Invalid boolean: ${value}`);
});

export function oneOf<const T extends readonly string[]>(values: T): z.ZodType<T[number], string> {
  return text.transform((value, ctx) =>
    values.includes(value)
      ? (value as T[number])
      : issue(ctx, `Invalid value: must be one of ${values.join(', ')}`),
  );
}

/** Up to 50 keys of 40 characters with values of 500; an empty value takes the key away, an empty string all of them. */
export const metadata = z
  .union([z.literal(''), z.record(z.string(), z.string())])
  .transform((given, ctx): Record<string, string> => {
    const entries = Object.entries(given === '' ? {} : given).filter(([, value]) => value !== '');
    if (entries.length > MAX_METADATA_KEYS) issue(ctx, `Metadata has at most ${MAX_METADATA_KEYS} keys.`);
    for (const [key, value] of entries) {
      if (key.length > MAX_METADATA_KEY) {
        issue(ctx, `Metadata keys have at most ${MAX_METADATA_KEY} characters.`, undefined, [key]);
      }
      if (value.length > MAX_METADATA_VALUE) {
        issue(ctx, `Metadata values have at most ${MAX_METADATA_VALUE} characters.`, undefined, [key]);
      }
    }
    return Object.fromEntries(entries);
  });

/** Which ids of the answer to replace by their objects. */
export function expand<const T extends string>(names: readonly T[]) {
  return z
    .array(
      text.transform((name, ctx) =>
        (names as readonly string[]).includes(name)
          ? (name as T)
          : issue(ctx, `This property cannot be expanded (${name}).`),
      ),
    )
    .default([]);
}

const instant = integer;
export const created = z.union([
  instant.transform((at) => ({ gte: at, lte: at, gt: undefined, lt: undefined })),
  z.strictObject({
    gt: instant.optional(),
    gte: instant.optional(),
    lt: instant.optional(),
    lte: instant.optional(),
  }),
]);
export type CreatedRange = z.infer<typeof created>;

export const page = {
  created: created.optional(),
  ending_before: text.optional(),
  limit: integer
    .transform((value, ctx) =>
      value >= 1 && value <= 100
        ? value
        : issue(ctx, 'limit must be between 1 and 100.', 'parameter_invalid_integer'),
    )
    .default(10),
  starting_after: text.optional(),
};

/** Throws Stripe's error for the first thing that is wrong, naming the parameter. */
export function parseParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const result = schema.safeParse(params ?? {});
  if (result.success) return result.data;
  throw problemOf(result.error.issues, params);
}

function problemOf(issues: readonly z.core.$ZodIssue[], params: unknown): StripeError {
  const [first] = issues;
  if (!first) return invalidRequest('The parameters are not valid.');
  if (first.code === 'unrecognized_keys') {
    const param = paramName([...first.path, first.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
  }
  if (first.code === 'invalid_union') {
    const nested = first.errors.at(-1);
    if (nested?.[0]) {
      return problemOf([{ ...nested[0], path: [...first.path, ...nested[0].path] }], params);
    }
  }
  const param = paramName(first.path);
  if (valueAt(params, first.path) === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (first.code === 'custom') {
    const code = (first.params as { stripeCode?: string } | undefined)?.stripeCode;
    return invalidRequest(first.message, { param, ...(code && { code }) });
  }
  return invalidRequest(`Invalid ${param}: ${first.message}`, { param });
}

function paramName([head, ...rest]: readonly PropertyKey[]): string {
  return `${String(head ?? '')}${rest.map((part) => `[${String(part)}]`).join('')}`;
}

function valueAt(params: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    params,
  );
}
