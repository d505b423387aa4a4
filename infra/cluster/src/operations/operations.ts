import { dirname, join } from 'node:path';
import { seededRandom } from '../../../torture/src/random';
import { ClusterError, type Kubectl } from '../kubectl';
import type { Stage } from '../stage';
import { autoscale, type Autoscaler, holdStill } from './autoscale';
import { brokerKept, brokerLost } from './broker';
import { deletePods } from './delete-pods';
import type { OpenForward } from './forward';
import type { Ground, Operation } from './ground';
import type { Kill } from './kill';
import { Load, TTL_SECONDS } from './load';
import type { OperationName } from './names';
import { Namespace } from './namespace';
import { type Outcome, perform } from './perform';
import { ProcessWatch } from './process-watch';
import { keepReport, toMarkdown } from './report';
import { rollout } from './rollout';
import { withSources } from './sources';

const all = (autoscalers: readonly Autoscaler[]): Operation[] => [
  ...[rollout, deletePods, brokerKept, brokerLost],
  autoscale(autoscalers),
];

/** What the namespace of this test has other than the overlay says: holds so short that orders come to rest soon. */
export const PATCHES = [
  {
    target: { kind: 'ConfigMap', name: 'orders-config' },
    patch: JSON.stringify([{ op: 'add', path: '/data/ORDER_TTL_SECONDS', value: String(TTL_SECONDS) }]),
  },
];

const SEED = 1;

export interface OperationsRun {
  root: string;
  stage: Stage;
  kubectl: Kubectl;
  open: OpenForward;
  kill: Kill | undefined;
  only: readonly OperationName[];
  say: (line: string) => void;
}

/** Everything an operator or a cluster does to a running shop, under load. Throws ClusterError when anything was noticed or lost. */
export async function runOperations(run: OperationsRun): Promise<void> {
  const { root, stage, kubectl, open, kill, only, say } = run;
  const startedAt = new Date();
  const namespace = new Namespace(kubectl, stage.namespace);
  await mustBeEmpty(namespace, open);
  const before = await holdStill(namespace);
  say('every part with its fewest replicas; the autoscalers hold still');
  const watch = new ProcessWatch(namespace);
  await watch.begin();
  const ground: Omit<Ground, 'step'> = {
    ...{ namespace, open, kill, watch, say, lost: [], known: new Set(), directory: dirname(stage.file) },
    load: new Load(stage.url, namespace, seededRandom(SEED)),
  };
  const outcomes: Outcome[] = [];
  for (const operation of all(before).filter(({ name }) => only.includes(name))) {
    const outcome = await perform(operation, ground);
    outcomes.push(outcome);
    // What could not even be judged leaves nothing to go on from.
    if (!outcome.judgement) break;
  }
  say(`\n${toMarkdown(outcomes, startedAt)}`);
  say(
    `report: ${await keepReport(join(root, '.gittix/cluster'), { outcomes, logs: watch.logs, startedAt })}`,
  );
  const problems = outcomes.reduce((sum, one) => sum + one.problems.length, 0);
  if (problems > 0) throw new ClusterError(`the operations met ${problems} problems`);
}

/** What earlier runs left in volumes can't be judged: nobody knows what was done to it. */
function mustBeEmpty(namespace: Namespace, open: OpenForward): Promise<void> {
  return withSources(namespace, open, async (sources) => {
    const databases = await sources.databases();
    try {
      const orders = (await databases.orders()).length;
      const users = (await databases.users()).length;
      if (orders + users === 0) return;
      throw new ClusterError(
        `the volumes hold ${users} users and ${orders} orders of earlier runs: empty them first (the lab's: /var/lib/gittix-lab)`,
      );
    } finally {
      await databases.close();
    }
  });
}
