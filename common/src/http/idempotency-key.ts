import type { Request } from 'express';
import { idempotencyKey } from '../api';
import { AppError } from '../errors';

/** The request's `Idempotency-Key`: under one key, a caller's request has one effect however often it comes. 400 when malformed. */
export function readIdempotencyKey(req: Request): string | undefined {
  const given = req.get('idempotency-key');
  if (given === undefined) return undefined;
  const result = idempotencyKey.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ message }) => ({ field: 'Idempotency-Key', message }));
  throw new AppError('validation_failed', { errors });
}
