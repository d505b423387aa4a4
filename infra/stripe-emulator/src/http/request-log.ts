import type { Logger } from '@gittix/common/logging';
import type { RequestHandler } from 'express';
import { newId } from '../ids';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how Express's types are extended
  namespace Express {
    interface Locals {
      requestId: string;
    }
  }
}

/** Gives every request its id, and one line in the log without parameters: they hold secrets. */
export function requestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    const requestId = newId('req');
    res.locals['requestId'] = requestId;
    res.set('Request-Id', requestId);
    const { method, path } = req;
    res.once('finish', () => {
      const ms = Math.round(performance.now() - startedAt);
      logger.info({ requestId, method, path, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}
