import type { Ground, Operation } from './ground';
import { EVERYDAY } from './load';
import { isOurs, type Workload } from './namespace';
import { untilReplaced } from './until';

const ROLL_S = 240;

/** `kubectl rollout restart` of each of our Deployments in turn: nobody notices. */
export const rollout: Operation = {
  name: 'rollout',
  title: 'a rolling update of every service and of the client',
  mayFail: false,
  carryOut: async (ground) => {
    const workloads = (await ground.namespace.workloads()).filter(isOurs);
    await ground.load.start(EVERYDAY);
    for (const workload of workloads) {
      await ground.watch.look(workload.name);
      await ground.step(`${workload.name}: rolled`, () => roll(ground, workload));
    }
    await ground.load.stop();
  },
};

/** Over when the last of the old pods is gone, and not when the new ones are there: draining is part of it. */
async function roll({ namespace }: Ground, { name, replicas }: Workload): Promise<void> {
  const gone = await namespace.pods(name);
  await namespace.do(['rollout', 'restart', `deployment/${name}`]);
  const status = ['rollout', 'status', `deployment/${name}`, `--timeout=${ROLL_S}s`];
  await namespace.do(status, (ROLL_S + 10) * 1000);
  await untilReplaced(namespace, name, { replicas, gone });
}
