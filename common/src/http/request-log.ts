import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import { withLogContext, type Logger } from '../logging';

const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Gives each request an id (the caller's `X-Request-Id` when it is one), answers it, and puts it on every log line and event. */
export const requestContext: RequestHandler = (req, res, next) => {
  const given = req.get('x-request-id');
  const requestId = given && REQUEST_ID.test(given) ? given : randomUUID();
  res.set('X-Request-Id', requestId);
  const traceparent = req.get('traceparent');
  withLogContext({ requestId, ...(traceparent ? { traceparent } : {}) }, next);
};

/** One line per request: method, path without the query, status, duration. Never bodies or headers. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    serializers: {
      req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?')[0] }),
      res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
    },
    // The id is in the log context already, and the problem handler has logged what went wrong.
    customAttributeKeys: { err: 'aborted' },
    customErrorObject: (_req: IncomingMessage, _res: ServerResponse, _error: Error, line: object) => ({
      ...line,
      aborted: undefined,
    }),
    customLogLevel: (_req: IncomingMessage, res: ServerResponse) => (res.statusCode >= 500 ? 'warn' : 'info'),
  });
}
