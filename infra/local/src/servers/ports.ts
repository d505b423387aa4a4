import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOPBACK = '127.0.0.1';
const TRY_EVERY_MS = 25;

/** True when a listener can be bound to this loopback port right now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * What we claimed: for each port a UDP socket of the same number. We use no UDP, so it takes nothing from anyone, every
 * other GitTix on this machine meets it, and it ends with this process, however that ends.
 */
const claims = new Map<number, Socket>();

/** True when this free loopback port is ours from now on: nobody else's claim on it succeeds until we end or release it. */
export async function claimPort(port: number): Promise<boolean> {
  const claim = createSocket('udp4').unref();
  const isOurs = await new Promise<boolean>((resolve, reject) => {
    claim.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    claim.bind({ port, address: LOOPBACK, exclusive: true }, () => resolve(true));
  });
  if (isOurs && (await isFree(port))) {
    claims.set(port, claim);
    return true;
  }
  claim.close();
  return false;
}

/** Gives claimed ports back; others are left alone. */
export function releasePorts(ports: Iterable<number>): void {
  for (const port of ports) {
    claims.get(port)?.close();
    claims.delete(port);
  }
}

/** Below the range from which systems take the ports of outgoing connections (Linux 32768, others 49152). */
const STABLE = { lowest: 20_000, highest: 32_000 };

/**
 * Free ports that stay free until their process takes them, and while it is being restarted: no outgoing connection is
 * given them, and no other GitTix claims them.
 */
export async function stablePorts(count: number, { lowest, highest } = STABLE): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries > 50 * count) {
      releasePorts(ports);
      throw new Error(`no ${count} free ports between ${lowest} and ${highest}`);
    }
    const port = randomInt(lowest, highest);
    if (await claimPort(port)) ports.push(port);
  }
  return ports;
}

/** True when something accepts connections there. */
export function accepts(port: number, host = LOOPBACK): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(2_000, () => answer(false));
  });
}

/** Waits until something accepts connections there; rejects after `timeoutMs`, or as soon as `isOver` tells why. */
export async function waitForPort(
  port: number,
  { timeoutMs, isOver }: { timeoutMs: number; isOver?: () => string | undefined },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await accepts(port))) {
    const over = isOver?.();
    if (over) throw new Error(over);
    if (Date.now() > deadline) throw new Error(`nothing listens on port ${port} after ${timeoutMs / 1000} s`);
    await sleep(TRY_EVERY_MS);
  }
}
