import { ClusterError } from '../kubectl';
import type { Ground, Operation } from './ground';
import { EVERYDAY } from './load';
import type { Workload } from './namespace';
import { isWell, until } from './until';

/** The broker has operations of its own. */
const ELSEWHERE = ['nats'];
const BACK_S = 180;
const CALM_MS = 4_000;

type Way = 'with grace' | 'at once';

/**
 * `--force` ends a pod without waiting for anything, and its successor may start beside it. Of a StatefulSet that would be two
 * servers on one volume, against which Kubernetes warns: there it is a grace of one second, and the pod is gone before the next comes.
 */
export function deletion({ kind }: Workload, pod: string, way: Way): string[] {
  const command = ['delete', 'pod', pod, '--wait'];
  if (way === 'with grace') return command;
  return [...command, ...(kind === 'Deployment' ? ['--grace-period=0', '--force'] : ['--grace-period=1'])];
}

/** One pod of everything that runs, once with its grace and once without: nothing acknowledged is lost. */
export const deletePods: Operation = {
  name: 'pods',
  title: 'every kind of pod deleted, with grace and at once',
  mayFail: true,
  carryOut: async (ground) => {
    const workloads = (await ground.namespace.workloads()).filter(({ name }) => !ELSEWHERE.includes(name));
    await ground.load.start(EVERYDAY);
    for (const workload of workloads) {
      for (const way of ['with grace', 'at once'] as const) {
        await ground.watch.look(workload.name);
        await ground.step(`${workload.name}: a pod deleted ${way}`, () => deleteOne(ground, workload, way));
      }
    }
    await ground.load.stop();
  },
};

async function deleteOne({ namespace, load }: Ground, workload: Workload, way: Way): Promise<void> {
  const { name, replicas } = workload;
  const [victim] = (await namespace.pods(name)).filter(isWell);
  if (!victim) throw new ClusterError(`no pod of ${name} is Ready`);
  await namespace.do(deletion(workload, victim.name, way), BACK_S * 1000);
  await until(`${replicas} pods of ${name} again`, BACK_S, async () => {
    const pods = await namespace.pods(name);
    return pods.length === replicas && pods.every((pod) => isWell(pod) && pod.uid !== victim.uid);
  });
  // Else the next one would be blamed for what this one left.
  await until('the people served again', BACK_S, () =>
    Promise.resolve(Date.now() - load.calmSince() > CALM_MS),
  );
}
