import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterError, type Kubectl } from './kubectl';
import { missingReplicas, restarts } from './ready';

const BROKER = 'statefulset/nats';

/** As if the broker were nowhere yet: a patch of the overlay, for kustomize. */
export const WITHOUT_BROKER = {
  target: { kind: 'StatefulSet', name: 'nats' },
  patch: JSON.stringify([{ op: 'replace', path: '/spec/replicas', value: 0 }]),
};

/**
 * Brings the broker after so many seconds. Everybody who needs it has to have waited for it, alive and not Ready: throws
 * when a container was started again meanwhile, or when nobody missed the broker.
 */
export async function bringBrokerLate(
  kubectl: Kubectl,
  namespace: string,
  seconds: number,
  say: (line: string) => void,
): Promise<void> {
  say(`the broker stays away for ${seconds} s`);
  await sleep(seconds * 1_000);
  const waiting = await missingReplicas(kubectl, namespace);
  if (waiting.length === 0) throw new ClusterError('everything is Ready without the broker: nothing waited');
  const again = Object.keys(await restarts(kubectl, namespace));
  if (again.length > 0) {
    throw new ClusterError(`started again while the broker was away: ${again.join(', ')}`);
  }
  say(`waiting for it, and started once: ${waiting.join(', ')}`);
  await kubectl(['-n', namespace, 'scale', BROKER, '--replicas=1']);
  say('the broker starts');
}
