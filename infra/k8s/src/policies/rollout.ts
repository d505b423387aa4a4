import {
  componentOf,
  type KubeObject,
  matches,
  nameOf,
  ofKind,
  type Selector,
  type Workload,
  workloadsOf,
} from '../render/objects';
import { perWorkload } from './pods';
import type { Policy } from './policy';

/** Proxies hear of a pod's end up to 4 s late (tried); a service drains and hands over for up to 20 s (local run, too). */
const LEAST_PRE_STOP_SECONDS = 4;
const STOP_SECONDS = 20;

const isOurs = (workload: Workload) => ['service', 'client'].includes(componentOf(workload));

/** A roll-out never has fewer ready pods than before, and none stops while it is still being sent requests. */
export const rolloutsLoseNothing = perWorkload((workload) => {
  if (!isOurs(workload)) return [];
  const { spec } = workload;
  const pod = spec.template.spec;
  const problems: string[] = [];
  if (spec.strategy?.rollingUpdate?.maxUnavailable !== 0)
    problems.push('a roll-out may take ready pods away');
  if ((spec.minReadySeconds ?? 0) < 1) problems.push('has no minReadySeconds');
  const sleeps = pod.containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0);
  if (Math.min(...sleeps) < LEAST_PRE_STOP_SECONDS) problems.push('stops before proxies know');
  const grace = pod.terminationGracePeriodSeconds ?? 30;
  if (grace < Math.max(...sleeps) + STOP_SECONDS) problems.push('is killed before it has drained');
  const spread = (pod.topologySpreadConstraints ?? []).filter(({ labelSelector }) =>
    matches(labelSelector ?? {}, spec.template.metadata.labels),
  );
  for (const key of ['kubernetes.io/hostname', 'topology.kubernetes.io/zone']) {
    if (!spread.some(({ topologyKey }) => topologyKey === key)) problems.push(`is not spread over ${key}`);
  }
  return problems;
});

interface Budget extends KubeObject {
  spec: { selector: Selector; minAvailable?: number | string; maxUnavailable?: number | string };
}
interface Autoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
    metrics: { resource?: { name: string } }[];
  };
}

const autoscalerOf = (objects: KubeObject[], { kind, metadata }: Workload) =>
  ofKind<Autoscaler>(objects, 'HorizontalPodAutoscaler').find(
    ({ spec: { scaleTargetRef: target } }) => target.kind === kind && target.name === metadata.name,
  );

/** The fewest pods there may be of it. */
const replicasOf = (objects: KubeObject[], workload: Workload) =>
  autoscalerOf(objects, workload)?.spec.minReplicas ?? workload.spec.replicas ?? 1;

/** Ours have two pods or more, and grow by CPU and memory; nobody else sets how many. */
export const partsScale: Policy = ({ objects }) =>
  workloadsOf(objects)
    .filter(isOurs)
    .flatMap((workload) => {
      const scaler = autoscalerOf(objects, workload);
      if (!scaler) return [`${nameOf(workload)}: has no HorizontalPodAutoscaler`];
      const { minReplicas, maxReplicas, metrics } = scaler.spec;
      const measured = metrics.map(({ resource }) => resource?.name).sort();
      return [
        ...(workload.spec.replicas === undefined ? [] : [`${nameOf(workload)}: sets replicas itself`]),
        ...(minReplicas < 2 ? [`${nameOf(scaler)}: one pod is none while it moves`] : []),
        ...(maxReplicas <= minReplicas ? [`${nameOf(scaler)}: cannot grow`] : []),
        ...(measured.join() === 'cpu,memory' ? [] : [`${nameOf(scaler)}: measures ${measured.join()}`]),
      ];
    });

/** Each budget is of one workload and lets a node be drained; whatever has several pods has one. */
export const budgetsAreBelowReplicas: Policy = ({ objects }) => {
  const workloads = workloadsOf(objects).filter(({ kind }) => kind !== 'Job');
  const budgets = ofKind<Budget>(objects, 'PodDisruptionBudget');
  const selects = (budget: Budget, { spec }: Workload) =>
    matches(budget.spec.selector, spec.template.metadata.labels);
  const without = workloads
    .filter((workload) => replicasOf(objects, workload) > 1)
    .filter((workload) => !budgets.some((budget) => selects(budget, workload)))
    .map((workload) => `${nameOf(workload)}: has no PodDisruptionBudget`);
  // Before a first roll-out there is nothing of ours to disrupt: the render for migrations has budgets only.
  const migrating = objects.some(({ kind }) => kind === 'Job');
  const wrong = budgets.flatMap((budget) => {
    const selected = workloads.filter((workload) => selects(budget, workload));
    const [workload] = selected;
    if (selected.length === 0 && migrating) return [];
    if (selected.length !== 1 || !workload) {
      return [`${nameOf(budget)}: selects ${selected.length} workloads`];
    }
    const replicas = replicasOf(objects, workload);
    const { minAvailable, maxUnavailable } = budget.spec;
    const kept = minAvailable ?? replicas - Number(maxUnavailable);
    return Number(kept) < replicas ? [] : [`${nameOf(budget)}: lets no pod of ${replicas} go`];
  });
  return [...without, ...wrong];
};
