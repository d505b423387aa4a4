import { ClusterError } from '../kubectl';
import type { Ground, Operation } from './ground';
import { EVERYDAY } from './load';
import { killOne } from './kill';
import type { Namespace, Pod, Workload } from './namespace';
import { isWell, until, untilReplaced } from './until';

/** The broker has operations of its own. */
const ELSEWHERE = ['nats'];
const BACK_S = 180;
const CALM_MS = 4_000;

type Way = 'killed' | 'deleted with grace' | 'deleted at once';
const WAYS = ['killed', 'deleted with grace', 'deleted at once'] as const;

/**
 * `--force` ends a pod without waiting for anything, and its successor may start beside it. Of a StatefulSet that would be two
 * servers on one volume, against which Kubernetes warns: there it is a grace of one second, and the pod is gone before the next comes.
 */
export function deletion({ kind }: Workload, pod: string, way: Way): string[] {
  const command = ['delete', 'pod', pod, '--wait'];
  if (way === 'deleted with grace') return command;
  return [...command, ...(kind === 'Deployment' ? ['--grace-period=0', '--force'] : ['--grace-period=1'])];
}

/** One pod of everything that runs, once killed, once deleted with its grace and once without: nothing acknowledged is lost. */
export const deletePods: Operation = {
  name: 'pods',
  title: 'every kind of pod killed, deleted with grace and deleted at once',
  mayFail: true,
  carryOut: async (ground) => {
    const workloads = (await ground.namespace.workloads()).filter(({ name }) => !ELSEWHERE.includes(name));
    await ground.load.start(EVERYDAY);
    for (const workload of workloads) {
      for (const way of WAYS) {
        if (way === 'killed' && !ground.kill) continue;
        await ground.watch.look(workload.name);
        await ground.step(`${workload.name}: a pod ${way}`, () => endOne(ground, workload, way));
      }
    }
    await ground.load.stop();
  },
};

async function endOne(ground: Ground, workload: Workload, way: Way): Promise<void> {
  const { namespace, load, kill } = ground;
  const victim = await victimOf(ground, workload);
  if (way === 'killed' && kill) await killOne(ground, victim, kill);
  else await deleteOne(namespace, workload, victim, way);
  // Else the next one would be blamed for what this one left.
  await until('the people served again', BACK_S, () =>
    Promise.resolve(Date.now() - load.calmSince() > CALM_MS),
  );
}

/** Whoever was killed goes first: then no container is left that was started again, and any other that was is a fault. */
async function victimOf({ namespace }: Ground, { name }: Workload): Promise<Pod> {
  const restarts = ({ containers }: Pod) => containers.reduce((sum, one) => sum + one.restarts, 0);
  const [victim] = (await namespace.pods(name)).filter(isWell).sort((a, b) => restarts(b) - restarts(a));
  if (!victim) throw new ClusterError(`no pod of ${name} is Ready`);
  return victim;
}

async function deleteOne(namespace: Namespace, workload: Workload, victim: Pod, way: Way): Promise<void> {
  const { name, replicas } = workload;
  await namespace.do(deletion(workload, victim.name, way), BACK_S * 1000);
  await untilReplaced(namespace, name, { replicas, gone: [victim] });
}
