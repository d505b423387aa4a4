import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ClusterError, type Kubectl } from './kubectl';

const UNITS: Record<string, number> = {
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  k: 1e3,
  M: 1e6,
  G: 1e9,
};

/** Bytes of a quantity such as `192Mi`. */
export function bytesOf(quantity: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = UNITS[unit ?? 'none'];
  if (number === undefined || factor === undefined)
    throw new ClusterError(`"${quantity}" is no amount of memory`);
  return Number(number) * factor;
}

const requested = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        // A pod that was just made has none.
        conditions: z
          .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() }))
          .default([]),
      }),
      spec: z.object({
        containers: z.array(
          z.object({ resources: z.object({ requests: z.object({ memory: z.string() }) }) }),
        ),
      }),
    }),
  ),
});
const used = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      timestamp: z.string(),
      containers: z.array(z.object({ usage: z.object({ memory: z.string() }) })),
    }),
  ),
});

export interface PodMemory {
  pod: string;
  usedMi: number;
  requestedMi: number;
}

const sumMi = (quantities: string[]) => quantities.reduce((sum, one) => sum + bytesOf(one), 0) / 2 ** 20;

/** As long as a pod has to have been Ready when it is measured: by then it has loaded what it loads at its start. */
const IDLE_MS = 30_000;

type Pod = z.infer<typeof requested>['items'][number];

/** By the cluster's own clock. */
const readySince = ({ status }: Pod) =>
  Date.parse(
    status.conditions.find((one) => one.type === 'Ready' && one.status === 'True')?.lastTransitionTime ?? '',
  );

/** What each pod uses of what it asked for; undefined while the cluster has not measured all of them idle. */
async function memoryOf(kubectl: Kubectl, namespace: string): Promise<PodMemory[] | undefined> {
  const pods = requested.parse(JSON.parse(await kubectl(['-n', namespace, 'get', 'pods', '-o', 'json'])));
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`;
  const measured = used.parse(JSON.parse(await kubectl(['get', '--raw', path])));
  const measurements = new Map(measured.items.map((one) => [one.metadata.name, one]));
  const all = pods.items.flatMap((pod) => {
    const { name } = pod.metadata;
    const measurement = measurements.get(name);
    if (!measurement || !(Date.parse(measurement.timestamp) - readySince(pod) >= IDLE_MS)) return [];
    const usedMi = sumMi(measurement.containers.map((one) => one.usage.memory));
    const requestedMi = sumMi(pod.spec.containers.map((one) => one.resources.requests.memory));
    return [{ pod: name, usedMi, requestedMi }];
  });
  return all.length === pods.items.length ? all : undefined;
}

/** From there on an autoscaler adds replicas (base, `averageUtilization`), which pods that do nothing must not bring about. */
const MOST = 0.85;
const MEASURED_MS = 120_000;
const LOOK_MS = 5_000;

const percent = ({ usedMi, requestedMi }: PodMemory) => (100 * usedMi) / requestedMi;

/** Tells the memory of every pod; throws when one that does nothing yet uses 85 % of its request or more. */
export async function tellIdleMemory(
  kubectl: Kubectl,
  namespace: string,
  say: (line: string) => void,
  lookMs = LOOK_MS,
): Promise<void> {
  const deadline = Date.now() + MEASURED_MS;
  let all = await memoryOf(kubectl, namespace);
  while (!all) {
    if (Date.now() > deadline)
      throw new ClusterError(`the pods have no metrics, even after ${MEASURED_MS / 1000} s`);
    await sleep(lookMs);
    all = await memoryOf(kubectl, namespace);
  }
  say('idle memory, of the request:');
  for (const one of all.sort((a, b) => a.pod.localeCompare(b.pod))) {
    say(`  ${one.pod} ${one.usedMi.toFixed(0)} of ${one.requestedMi} Mi, ${percent(one).toFixed(0)} %`);
  }
  const much = all.filter((one) => percent(one) >= 100 * MOST).map(({ pod }) => pod);
  if (much.length > 0)
    throw new ClusterError(`idle and over ${100 * MOST} % of the request: ${much.join(', ')}`);
}
