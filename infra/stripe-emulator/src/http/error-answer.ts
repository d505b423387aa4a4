import type { Logger } from '@gittix/common/logging';
import type { ErrorRequestHandler } from 'express';
import { invalidRequest, StripeError } from '../stripe-error';

export function errorBody(error: StripeError): string {
  return JSON.stringify({ error: error.body }, undefined, 2);
}

/** The error as Stripe answers it; an unknown one is a 500 that tells nothing, and one line in the log that tells all. */
export function toStripeError(error: unknown, logger: Logger, requestId: string): StripeError {
  if (error instanceof StripeError) return error;
  const parsing = parserProblem(error);
  if (parsing) return parsing;
  logger.error({ err: error, requestId }, 'request failed');
  return new StripeError(500, { type: 'api_error', message: 'Something went wrong on our side.' });
}

/** The last handler of the chain. */
export function errorAnswer(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const answer = toStripeError(error, logger, String(res.locals['requestId']));
    res.status(answer.status).type('application/json').send(errorBody(answer));
  };
}

/** Express's parsers throw errors with a status: the client's mistakes. */
function parserProblem(error: unknown): StripeError | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return undefined;
  const { status } = error;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return invalidRequest(`The request cannot be read: ${error.message}`, { status });
}
