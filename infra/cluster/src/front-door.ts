import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError } from './kubectl';
import type { Stage } from './stage';

const OPEN_MS = 60_000;
const ASK_MS = 5_000;

/** Names that this machine does not know; browsers need every one of them. */
export async function unknownHosts(hosts: string[]): Promise<string[]> {
  const known = await Promise.all(
    hosts.map((host) =>
      lookup(host).then(
        () => true,
        () => false,
      ),
    ),
  );
  return hosts.filter((_host, index) => !known[index]);
}

/** Waits until pages and services answer through the ingress, which hears of new pods a moment later than they are Ready. */
export async function waitForFrontDoor({ url, hosts }: Stage): Promise<void> {
  const unknown = await unknownHosts(hosts);
  if (unknown.length > 0) {
    throw new ClusterError(
      `this machine does not know ${unknown.join(' and ')}: a line in /etc/hosts has to name the ingress' address for them`,
    );
  }
  const deadline = Date.now() + OPEN_MS;
  for (const path of ['/', '/api/tickets', '/api/users/currentuser']) {
    for (;;) {
      const said = await fetch(url + path, { signal: AbortSignal.timeout(ASK_MS) }).then(
        ({ status }) => `answered ${status}`,
        (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
      );
      if (said === 'answered 200') break;
      if (Date.now() > deadline)
        throw new ClusterError(`GET ${url}${path} ${said}, and still after ${OPEN_MS / 1000} s`);
      await sleep(500);
    }
  }
}
