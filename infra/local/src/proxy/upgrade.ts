import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '@gittix/common/errors';
import { requestHeaders, responseHeaders } from './headers';
import { problemBody } from './problem';
import type { Upstream } from './upstreams';

function headOf(status: number, reason: string, headers: string[]): string {
  let head = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i + 1 < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

/** Answers an upgrade that can't be passed on. */
export function refuseUpgrade(socket: Duplex, code: ErrorCode, message: string, requestId: string): void {
  const { status, headers, body } = problemBody(code, message, requestId);
  socket.end(headOf(status, code, Object.entries({ ...headers, Connection: 'close' }).flat()) + body);
}

/**
 * Hands a connection over to a service (WebSocket). Bytes of the client pass only after the service agreed (101): else
 * whatever it sends next would reach the service as a request that the proxy never saw.
 */
export function forwardUpgrade(
  req: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  target: { service: string; upstreams: Upstream[]; requestId: string },
  attempt = 0,
): void {
  const upstream = target.upstreams[attempt];
  if (!upstream) {
    return refuseUpgrade(socket, 'unavailable', `${target.service} does not answer`, target.requestId);
  }
  const headers = [
    ...requestHeaders(req, target.requestId),
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ].flat();
  const outgoing = request({
    host: upstream.host,
    port: upstream.port,
    method: req.method,
    path: req.url,
    headers: headers as unknown as Record<string, string>,
    agent: false,
    setHost: false,
  });
  let answered = false;
  const leave = () => outgoing.destroy();
  socket.once('close', leave);
  outgoing.once('upgrade', (response, upstreamSocket, upstreamHead) => {
    answered = true;
    const agreed = [...responseHeaders(response), 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
    socket.write(headOf(101, 'Switching Protocols', agreed));
    socket.write(upstreamHead);
    upstreamSocket.write(head);
    upstreamSocket.pipe(socket);
    socket.pipe(upstreamSocket);
    upstreamSocket.once('error', () => socket.destroy());
    upstreamSocket.once('close', () => socket.destroy());
    socket.once('close', () => upstreamSocket.destroy());
  });
  outgoing.once('response', (response) => {
    answered = true;
    const refusal = [...responseHeaders(response), 'Connection', 'close'];
    socket.write(headOf(response.statusCode ?? 502, response.statusMessage ?? '', refusal));
    response.pipe(socket);
  });
  outgoing.once('error', () => {
    socket.removeListener('close', leave);
    if (answered) socket.destroy();
    else if (!socket.destroyed && socket.writable) forwardUpgrade(req, socket, head, target, attempt + 1);
  });
  outgoing.end();
}
