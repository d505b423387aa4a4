import { randomUUID } from 'node:crypto';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { forward } from './forward';
import { comparablePath, type Ingress, matchRoute } from './ingress';
import { refuse } from './refuse';
import { forwardUpgrade, refuseUpgrade } from './upgrade';
import type { Upstreams } from './upstreams';

/**
 * A service that stops goes on taking requests for half a second and asks for the connection to be closed after each.
 * Connections that were not used for less than that are closed first by us, so none is closed under a request.
 */
const IDLE_MS = 300;
const FINISH_MS = 10_000;
const REQUEST_ID = /^[\w.-]{1,64}$/;

export interface Proxy {
  port: number;
  /** Takes no new connection; answers when open requests have theirs, at most 10 s later. Streams are not waited for. */
  stopAccepting(): Promise<void>;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

function requestIdOf(req: IncomingMessage): string {
  const given = req.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** One address for everything, by the cluster's own table of routes. Rejects when the port is taken. */
export async function startProxy(options: {
  ingress: Ingress;
  upstreams: Upstreams;
  host: string;
  port: number;
  /** Only the client's own server calls: what it says about its visitor is passed on. */
  trusted?: boolean;
}): Promise<Proxy> {
  const { ingress, upstreams, trusted = false } = options;
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 256, scheduling: 'lifo' });
  const server = createServer({ keepAliveTimeout: 65_000 });
  const upgraded = new Set<Duplex>();
  const unanswered = new Set<ServerResponse>();
  let stopping = false;
  let onAllAnswered = () => {};

  const answered = (res: ServerResponse) => {
    unanswered.delete(res);
    if (unanswered.size === 0) onAllAnswered();
  };

  server.on('request', (req, res) => {
    const requestId = requestIdOf(req);
    unanswered.add(res);
    res.once('close', () => answered(res));
    const path = comparablePath(req.url ?? '');
    if (path === undefined) {
      return refuse(req, res, { code: 'validation_failed', message: 'The address is not valid', requestId });
    }
    if (Number(req.headers['content-length'] ?? 0) > ingress.maxBodyBytes) {
      const message = `The body is larger than ${ingress.maxBodyBytes} bytes`;
      return refuse(req, res, { code: 'body_too_large', message, requestId });
    }
    const route = matchRoute(ingress.routes, path);
    if (!route)
      return refuse(req, res, { code: 'not_found', message: `No route leads to ${path}`, requestId });
    const { service } = route;
    forward({
      req,
      res,
      requestId,
      service,
      agent,
      limits: ingress,
      trusted,
      onStream: () => answered(res),
      upstreams: upstreams.inTurn(service),
      begin: (upstream) => upstreams.begin(upstream),
      isStopping: () => stopping,
    });
  });

  server.on('upgrade', (req, socket, head) => {
    const requestId = requestIdOf(req);
    const path = comparablePath(req.url ?? '');
    const route = path === undefined ? undefined : matchRoute(ingress.routes, path);
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    socket.once('error', () => socket.destroy());
    if (!route) return refuseUpgrade(socket, 'not_found', 'No route leads there', requestId);
    // Anything else (h2c) would be a tunnel past the routes.
    if (req.headers.upgrade?.toLowerCase() !== 'websocket') {
      return refuseUpgrade(socket, 'validation_failed', 'Only WebSocket upgrades are passed on', requestId);
    }
    const { service } = route;
    forwardUpgrade(req, socket, head, { service, requestId, upstreams: upstreams.inTurn(service) });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: options.host }, resolve);
  });

  let closed: Promise<void> | undefined;
  const stopListening = () => {
    stopping = true;
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    return closed;
  };
  const stopAccepting = async () => {
    void stopListening();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FINISH_MS);
      onAllAnswered = () => {
        clearTimeout(timer);
        resolve();
      };
      if (unanswered.size === 0) onAllAnswered();
    });
  };
  return {
    port: (server.address() as AddressInfo).port,
    stopAccepting,
    close: async () => {
      const listenerClosed = stopListening();
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      agent.destroy();
      await listenerClosed;
    },
  };
}
