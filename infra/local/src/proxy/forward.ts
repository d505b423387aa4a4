import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { requestHeaders, responseHeaders } from './headers';
import type { Ingress } from './ingress';
import { endAfterRequest, refuse } from './refuse';
import { RequestBody } from './request-body';
import type { Upstream } from './upstreams';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  requestId: string;
  service: string;
  upstreams: Upstream[];
  agent: Agent;
  limits: Ingress;
  trusted: boolean;
  /** True when the proxy stops: then every answer asks its client to close. */
  isStopping(): boolean;
  /** Notes a request that is under way at this replica; what it answers is called when that is over. */
  begin(upstream: Upstream): () => void;
  /** The answer is a stream without end: nobody waits for it when stopping. */
  onStream(): void;
}

/** What has one effect however often it is done (RFC 9110, 9.2.2). */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

/** By its method, or because its sender gave it a key under which it has one effect. */
const mayBeRepeated = ({ method = '', headers }: IncomingMessage) =>
  IDEMPOTENT.includes(method) || headers['idempotency-key'] !== undefined;

/** Passes one request on and its answer back, both as streams. */
export function forward(exchange: Exchange): void {
  const { req, res, limits, requestId } = exchange;
  let outgoing: ClientRequest | undefined;
  const body = new RequestBody(req, {
    keep: mayBeRepeated(req),
    maxBytes: limits.maxBodyBytes,
    onTooLarge: () => {
      if (res.headersSent) return;
      if (outgoing) req.unpipe(outgoing);
      const message = `The body is larger than ${limits.maxBodyBytes} bytes`;
      refuse(req, res, { code: 'body_too_large', message, requestId });
      outgoing?.destroy();
    },
  });
  const since = performance.now();
  const attempt = (count: number) => {
    outgoing = tryReplica(exchange, body, count, () => {
      // Who has waited is told so, and not made to wait as long once more.
      const waited = performance.now() - since > limits.nextUpstreamMs;
      if (waited || count >= exchange.upstreams.length) return false;
      attempt(count + 1);
      return true;
    });
  };
  attempt(0);
}

/** Asks one replica; `askNext` when that one can't have got the request, or may get it twice. */
function tryReplica(
  exchange: Exchange,
  body: RequestBody,
  attempt: number,
  askNext: () => boolean,
): ClientRequest | undefined {
  const { req, res, upstreams, limits, requestId, service } = exchange;
  const upstream = upstreams[attempt % Math.max(1, upstreams.length)];
  if (!upstream) return void giveUp(exchange, `no replica of ${service} is known`);
  let connected = false;
  let answered = false;
  let silence: NodeJS.Timeout | undefined;
  const outgoing = request({
    host: upstream.host,
    port: upstream.port,
    method: req.method,
    // The bytes as they came: a decoded or tidied path would be another address.
    path: req.url,
    headers: requestHeaders(req, requestId, exchange.trusted).flat() as unknown as Record<string, string>,
    agent: exchange.agent,
    setHost: false,
  });

  const isOver = () => res.headersSent || res.destroyed;
  const listenForSilence = () => {
    clearTimeout(silence);
    if (outgoing.destroyed) return;
    const wait = connected ? limits.readTimeoutMs : limits.connectTimeoutMs;
    silence = setTimeout(() => outgoing.destroy(new Error(`silent for ${wait / 1000} s`)), wait);
  };
  const end = exchange.begin(upstream);
  listenForSilence();
  outgoing.once('close', () => {
    clearTimeout(silence);
    end();
  });
  // The client left: nobody waits for the answer, and a stream would go on for ever.
  res.once('close', () => outgoing.destroy());

  outgoing.once('socket', (socket) => {
    const begin = () => {
      connected = true;
      listenForSilence();
      body.sendTo(outgoing, listenForSilence);
    };
    if (socket.connecting) socket.once('connect', begin);
    else begin();
  });

  outgoing.once('response', (response) => {
    answered = true;
    response.on('data', listenForSilence);
    listenForSilence();
    if (isOver()) return void response.destroy();
    if (/^text\/event-stream/i.test(response.headers['content-type'] ?? '')) exchange.onStream();
    const headers = responseHeaders(response);
    if (exchange.isStopping()) headers.push('Connection', 'close');
    res.writeHead(response.statusCode ?? 502, response.statusMessage, headers);
    // A stream may have nothing to say for a while; its head must not wait for that.
    if (response.headers['content-length'] === undefined) res.flushHeaders();
    response.pipe(res, { end: false });
    response.once('end', () => endAfterRequest(req, res));
    // Half an answer must not look whole.
    response.once('aborted', () => res.destroy());
    response.once('error', () => res.destroy());
    // An answer before the whole request: the service wants no more of it.
    if (!req.complete) {
      req.unpipe(outgoing);
      req.resume();
    }
  });

  let failed = false;
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (failed || answered || isOver()) return;
    failed = true;
    const isHarmless = !connected || mayBeRepeated(req);
    if (!isHarmless || !askNext())
      giveUp(exchange, `${service} does not answer (${error.code ?? error.message})`);
  });
  return outgoing;
}

function giveUp({ req, res, requestId }: Exchange, message: string): void {
  if (res.headersSent) res.destroy();
  else refuse(req, res, { code: 'unavailable', message, requestId });
}
