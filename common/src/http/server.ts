import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface HttpServer {
  port: number;
  /**
   * Stops without losing a request: until `grace` is over new connections are still taken, and every answer asks its client
   * to close; then the listener closes (later connections are refused) and open requests get their full answer, at most 10 s.
   */
  drain(grace?: Promise<unknown>): Promise<void>;
}

/**
 * Longer than what stands before us keeps a connection that nobody uses: nginx 60 s, Traefik 90 s, Google's load balancer
 * 600 s. Else we close one in the moment it is used again, and a POST that can't be repeated is answered 502.
 */
const IDLE_MS = 620_000;
const LONGEST_ANSWER_MS = 10_000;
const SWEEP_MS = 100;
/** Who has connected and said nothing for so many sweeps of a stop only meant to be quicker later, as browsers do. */
const SILENT_SWEEPS = 10;
const QUIET_MS = 3;
const LONGEST_WAIT_FOR_QUIET_MS = 250;

/** Listens; `port` 0 takes any free one, the answer tells which. */
export async function serveHttp(
  app: RequestListener,
  address: { host: string; port: number },
): Promise<HttpServer> {
  let draining = false;
  const server = createServer({ keepAliveTimeout: IDLE_MS });
  server.on('request', (_req, res) => {
    // Decided when the answer is written: at arrival it would miss requests that began before the drain.
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res;
    res.writeHead = (...args: unknown[]) => {
      if (draining) res.setHeader('Connection', 'close');
      return writeHead(...args);
    };
  });
  server.on('request', app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, resolve);
  });

  let accepted = 0;
  /** Connections without a request so far, and in how many sweeps. To node they are not idle: they would hold up a stop. */
  const unused = new Map<Socket, number>();
  server.on('connection', (socket) => {
    accepted += 1;
    unused.set(socket, 0);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (req) => unused.delete(req.socket));
  const closeUnused = () => {
    server.closeIdleConnections();
    for (const [socket, sweeps] of unused) {
      // Counted, not timed: what came while this process stood still is read between two sweeps.
      if (sweeps >= SILENT_SWEEPS && socket.bytesRead === 0) socket.destroy();
      else unused.set(socket, sweeps + 1);
    }
  };

  /**
   * Closing a listener makes the kernel reset what it has connected but we have not accepted. The grace period is there so
   * that nobody connects any more; for those who still do, close in a moment when nobody came.
   */
  const untilNobodyConnects = async () => {
    const giveUp = performance.now() + LONGEST_WAIT_FOR_QUIET_MS;
    for (
      let last = accepted, since = performance.now();
      performance.now() < giveUp;
      await new Promise(setImmediate)
    ) {
      if (accepted === last && performance.now() - since > QUIET_MS) return;
      if (accepted !== last) [last, since] = [accepted, performance.now()];
    }
  };

  const drain = async (grace?: Promise<unknown>) => {
    draining = true;
    await grace;
    await untilNobodyConnects();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const idle = setInterval(closeUnused, SWEEP_MS);
    const longest = setTimeout(() => server.closeAllConnections(), LONGEST_ANSWER_MS);
    await closed;
    clearInterval(idle);
    clearTimeout(longest);
  };
  return { port: (server.address() as AddressInfo).port, drain };
}
