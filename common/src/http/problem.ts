import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { AppError, isInfrastructureError } from '../errors';
import { logContext, type Logger } from '../logging';

/** Answers with `application/problem+json` (RFC 9457). */
function sendProblem(res: Response, error: AppError): void {
  if (error.retryAfter !== undefined) res.set('Retry-After', String(Math.ceil(error.retryAfter)));
  res.status(error.status).type('application/problem+json');
  res.send(
    JSON.stringify({
      type: 'about:blank',
      title: error.title,
      status: error.status,
      code: error.code,
      errors: error.errors,
      ...error.details,
      requestId: logContext().requestId ?? '',
    }),
  );
}

export const notFound: RequestHandler = (req, res) => {
  sendProblem(res, new AppError('not_found', { message: `There is nothing at ${req.method} ${req.path}` }));
};

/** The one place where errors become answers. A client's bug is never a 500, a server's fault never a 400. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const problem = toAppError(error);
    if (problem.status >= 500) logger.error({ err: error, code: problem.code }, 'a request failed');
    if (res.headersSent) return next(error);
    sendProblem(res, problem);
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isInfrastructureError(error)) return new AppError('unavailable', { cause: error });
  return bodyError(error) ?? new AppError('internal', { cause: error });
}

/** What express' body parser complains about (http-errors carry `type` and `status`). */
function bodyError(error: unknown): AppError | undefined {
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (type === 'entity.too.large') return new AppError('body_too_large', { cause: error });
  if (type === 'entity.parse.failed') return new AppError('malformed_json', { cause: error });
  if (status === 415) return new AppError('unsupported_media_type', { cause: error });
  if (error instanceof URIError)
    return new AppError('validation_failed', { message: 'The address is not valid', cause: error });
  if (typeof type === 'string' && status === 400)
    return new AppError('validation_failed', { message: 'The body could not be read', cause: error });
  return undefined;
}
