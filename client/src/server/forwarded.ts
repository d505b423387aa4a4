import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ForwardedHeaders } from './services';

/** The visitor's address and origin as the ingress told us, the trace, and who asks. */
const PASSED_ON = [
  'cookie',
  'authorization',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'traceparent',
  'accept-language',
] as const;

/** Ids other hops gave us are kept when they are plain; anything else could forge log lines. */
const PLAIN_ID = /^[A-Za-z0-9._:-]{1,100}$/;

/** The id of this request, the ingress's own when there is one. */
export function requestIdOf(req: IncomingMessage | undefined): string {
  const given = req?.headers['x-request-id'];
  return typeof given === 'string' && PLAIN_ID.test(given) ? given : randomUUID();
}

/** Headers for the services behind a page. */
export function forwardedHeaders(req: IncomingMessage, requestId: string): ForwardedHeaders {
  const headers: ForwardedHeaders = { accept: 'application/json', 'x-request-id': requestId };
  for (const name of PASSED_ON) {
    const value = req.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** Scheme and host as the visitor's browser shows them; for absolute links in what search engines and messengers read. */
export function originOf(req: IncomingMessage): string {
  const first = (name: string) =>
    String(req.headers[name] ?? '')
      .split(',')[0]
      ?.trim();
  const proto = first('x-forwarded-proto') === 'https' ? 'https' : 'http';
  const host = first('x-forwarded-host') || req.headers.host || 'localhost';
  return URL.canParse(`${proto}://${host}`) ? new URL(`${proto}://${host}`).origin : `${proto}://localhost`;
}
