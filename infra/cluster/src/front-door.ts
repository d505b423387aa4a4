import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificateOf } from './certificate';
import { ClusterError } from './kubectl';
import type { Stage } from './stage';

const OPEN_MS = 90_000;
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

const reason = (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message);

/** Asks until the answer is the wanted one: a controller hears of pods, and of certificates, a moment after they are there. */
async function waitFor(address: string, wanted: string, deadline: number): Promise<void> {
  for (;;) {
    const said = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(ASK_MS) }).then(
      ({ status, headers }) => `answered ${[status, headers.get('location')].filter(Boolean).join(' ')}`,
      reason,
    );
    if (said === `answered ${wanted}`) return;
    if (Date.now() > deadline)
      throw new ClusterError(`GET ${address} ${said}, and still after ${OPEN_MS / 1000} s`);
    await sleep(500);
  }
}

/**
 * Waits until pages and services answer through the front door. Where that has a certificate, plain http has to redirect,
 * and every name has to have one that this machine trusts.
 */
export async function waitForFrontDoor(
  { url, hosts }: Pick<Stage, 'url' | 'hosts'>,
  say: (line: string) => void,
): Promise<void> {
  const unknown = await unknownHosts(hosts);
  if (unknown.length > 0) {
    throw new ClusterError(
      `this machine does not know ${unknown.join(' and ')}: a line in /etc/hosts has to name the ingress' address for them`,
    );
  }
  const deadline = Date.now() + OPEN_MS;
  for (const path of ['/', '/api/tickets', '/api/users/currentuser'])
    await waitFor(url + path, '200', deadline);
  if (!url.startsWith('https:')) return;
  for (const host of hosts) {
    await waitFor(`http://${host}/a/page?of=it`, `301 https://${host}/a/page?of=it`, deadline);
    say(`${host}: plain http redirects; certificate of ${await certificateOf(host)}`);
  }
}
