import type { IncomingMessage } from 'node:http';

/** Meant for one connection only (RFC 9110, 7.6.1), so never passed on. */
const ONE_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the outermost hop says itself; a client's own claims are dropped. */
const OURS = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-original-forwarded-for',
  'x-real-ip',
  'x-scheme',
]);

/** Header pairs as they came, case, order and repetitions kept, without those of one hop. */
function endToEnd(message: IncomingMessage, dropped: (name: string) => boolean): [string, string][] {
  const named = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    const [name = '', value = ''] = message.rawHeaders.slice(i, i + 2);
    const lower = name.toLowerCase();
    if (!ONE_HOP.has(lower) && !named.includes(lower) && !dropped(lower)) pairs.push([name, value]);
  }
  return pairs;
}

/**
 * How long the body is, said always: without it node would send the body of a GET or DELETE unframed, as if it were the
 * next request, and would announce a body for a POST that has none.
 */
function framing(req: IncomingMessage): [string, string][] {
  if (req.headers['transfer-encoding'] !== undefined) return [['Transfer-Encoding', 'chunked']];
  const mayHaveBody = req.method !== 'GET' && req.method !== 'HEAD';
  return mayHaveBody && req.headers['content-length'] === undefined ? [['Content-Length', '0']] : [];
}

/**
 * The headers a service gets: Host as it came, X-Forwarded-* ours; unless the caller is `trusted` (the client's server,
 * which passes on what it heard from us about its visitor).
 */
export function requestHeaders(req: IncomingMessage, requestId: string, trusted = false): [string, string][] {
  if (trusted) {
    const kept = endToEnd(req, (name) => name === 'expect' || name === 'x-request-id');
    return [...framing(req), ...kept, ['X-Request-Id', requestId]];
  }
  const remote = req.socket.remoteAddress ?? '';
  const host = req.headers.host ?? '';
  return [
    ...framing(req),
    // `Expect` was answered by us already.
    ...endToEnd(req, (name) => OURS.has(name) || name === 'expect' || name === 'x-request-id'),
    ['X-Request-Id', requestId],
    ['X-Real-IP', remote],
    ['X-Forwarded-For', remote],
    ['X-Forwarded-Host', host],
    ['X-Forwarded-Port', String(req.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ];
}

export function responseHeaders(response: IncomingMessage): string[] {
  return endToEnd(response, () => false).flat();
}
