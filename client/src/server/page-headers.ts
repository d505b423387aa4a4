import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentSecurityPolicy } from './csp';
import { originOf } from './forwarded';

const YEAR_SECONDS = 31_536_000;

/** What every HTML answer tells the browser to enforce; also the pages Next answers before any of ours runs. */
export function setPageHeaders(res: ServerResponse, req: IncomingMessage | undefined, nonce: string): void {
  res.setHeader('content-security-policy', contentSecurityPolicy(nonce));
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('x-frame-options', 'DENY');
  res.setHeader('referrer-policy', 'strict-origin-when-cross-origin');
  res.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=()');
  // Only where TLS is in front: on plain local http browsers would ignore it at best.
  if (req && originOf(req).startsWith('https:'))
    res.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}; includeSubDomains`);
}
