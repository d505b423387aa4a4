import type { z } from 'zod';
import { id } from '../api';
import { AppError, type ErrorItem } from '../errors';

/** Checked input, or 400 `validation_failed` naming every field that is wrong. */
export function validate<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input === undefined ? {} : input);
  if (result.success) return result.data;
  throw new AppError('validation_failed', { errors: result.error.issues.flatMap(toItems) });
}

/** A path parameter that must be a resource id. */
export function validateId(value: unknown, field = 'id'): string {
  const result = id.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('validation_failed', { errors: [{ field, message: 'Must be 24 hex characters' }] });
}

function toItems(issue: z.core.$ZodIssue): ErrorItem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'Unknown field' }));
  }
  const field = issue.path.join('.');
  return [field ? { message: issue.message, field } : { message: issue.message }];
}
