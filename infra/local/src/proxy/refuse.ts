import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '@gittix/common/errors';
import { problemBody } from './problem';

/** A client that was refused may finish sending this much, so that it gets to read the answer. */
const DRAIN_BYTES = 64 * 1024 ** 2;
const DRAIN_MS = 10_000;

/**
 * Ends an answer, but only after the rest of the request was read away: ending may close the connection, and to close
 * it under a client that still sends resets it, and the answer is lost.
 */
export function endAfterRequest(req: IncomingMessage, res: ServerResponse): void {
  if (req.complete || req.destroyed) return void res.end();
  let left = DRAIN_BYTES;
  const timer = setTimeout(() => req.destroy(), DRAIN_MS);
  timer.unref();
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) req.destroy();
  });
  req.once('end', () => res.end());
  req.once('close', () => clearTimeout(timer));
  req.resume();
}

/** Answers a request with a problem of the proxy's own. */
export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  problem: { code: ErrorCode; message: string; requestId: string },
): void {
  const { status, headers, body } = problemBody(problem.code, problem.message, problem.requestId);
  res.writeHead(status, headers);
  res.write(body);
  endAfterRequest(req, res);
}
