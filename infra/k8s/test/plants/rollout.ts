import { type Any, container, object, pod, without, workload, type Plant } from './plant';

export const ROLLOUT: Plant[] = [
  [
    'rolloutsLoseNothing',
    'a gap',
    (s) => (workload(s, 'orders').spec.strategy = { rollingUpdate: { maxUnavailable: 1 } }),
    /take ready pods/,
  ],
  [
    'rolloutsLoseNothing',
    'haste',
    (s) => delete workload(s, 'orders').spec.minReadySeconds,
    /minReadySeconds/,
  ],
  [
    'rolloutsLoseNothing',
    'no time for proxies',
    (s) => (container(s).lifecycle = { preStop: { sleep: { seconds: 1 } } }),
    /before proxies/,
  ],
  [
    'rolloutsLoseNothing',
    'no grace',
    (s) => (pod(s).terminationGracePeriodSeconds = 20),
    /orders: is killed/,
  ],
  ['rolloutsLoseNothing', 'all on one node', (s) => pod(s).topologySpreadConstraints?.shift(), /hostname/],
  ['partsScale', 'replicas of its own', (s) => (workload(s, 'orders').spec.replicas = 3), /sets replicas/],
  ['partsScale', 'no autoscaler', (s) => without(s, 'HorizontalPodAutoscaler', 'orders'), /no Horizontal/],
  [
    'partsScale',
    'one pod',
    (s) => Object.assign(object<Any>(s, 'HorizontalPodAutoscaler', 'orders').spec, { minReplicas: 1 }),
    /while it moves/,
  ],
  [
    'partsScale',
    'no way up',
    (s) => Object.assign(object<Any>(s, 'HorizontalPodAutoscaler', 'orders').spec, { maxReplicas: 2 }),
    /cannot grow/,
  ],
  [
    'partsScale',
    'no memory',
    (s) => (object<Any>(s, 'HorizontalPodAutoscaler', 'orders').spec.metrics as unknown[]).pop(),
    /measures cpu/,
  ],
  [
    'budgetsAreBelowReplicas',
    'a budget of all',
    (s) =>
      Object.assign(object<Any>(s, 'PodDisruptionBudget', 'orders').spec, {
        maxUnavailable: undefined,
        minAvailable: 2,
      }),
    /lets no pod of 2 go/,
  ],
  [
    'budgetsAreBelowReplicas',
    'a budget of nothing',
    (s) =>
      Object.assign(object<Any>(s, 'PodDisruptionBudget', 'orders').spec, {
        selector: { matchLabels: { a: 'b' } },
      }),
    /selects 0/,
  ],
  [
    'budgetsAreBelowReplicas',
    'a budget of everything',
    (s) => Object.assign(object<Any>(s, 'PodDisruptionBudget', 'orders').spec, { selector: {} }),
    /selects \d\d/,
  ],
  [
    'budgetsAreBelowReplicas',
    'no budget',
    (s) => without(s, 'PodDisruptionBudget', 'mongo'),
    /mongo: has no/,
  ],
];
