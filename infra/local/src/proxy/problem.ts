import { catalogue, type ErrorCode } from '@gittix/common/errors';

/** An answer of the proxy itself, in the shape every service uses. */
export function problemBody(
  code: ErrorCode,
  message: string,
  requestId: string,
): { status: number; headers: Record<string, string>; body: string } {
  const { status, title } = catalogue[code];
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    code,
    errors: [{ message }],
    requestId,
  });
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
  };
  if (status === 503) headers['Retry-After'] = '1';
  return { status, headers, body };
}
