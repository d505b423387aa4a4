import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ClusterError, type Kubectl } from './kubectl';

const workload = z.object({
  kind: z.enum(['Deployment', 'StatefulSet']),
  metadata: z.object({ name: z.string(), generation: z.number().default(0) }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z.object({
    observedGeneration: z.number().default(0),
    updatedReplicas: z.number().default(0),
    readyReplicas: z.number().default(0),
  }),
});
const autoscaler = z.object({
  kind: z.literal('HorizontalPodAutoscaler'),
  spec: z.object({
    minReplicas: z.number(),
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
  }),
});
const listed = z.object({ items: z.array(z.discriminatedUnion('kind', [workload, autoscaler])) });

const state = z.object({ reason: z.string().optional() }).optional();
const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        phase: z.string(),
        containerStatuses: z
          .array(
            z.object({
              ready: z.boolean(),
              restartCount: z.number(),
              state: z.object({ waiting: state, terminated: state }),
            }),
          )
          .default([]),
      }),
    }),
  ),
});

/**
 * Workloads that do not have all their replicas ready, of the newest revision. What an autoscaler is told to keep counts from
 * the first moment on, though a Deployment starts with one replica until that is heard.
 */
export function notReady(answer: string): string[] {
  const { items } = listed.parse(JSON.parse(answer));
  const least = new Map<string, number>(
    items.flatMap((item) =>
      item.kind === 'HorizontalPodAutoscaler'
        ? [[`${item.spec.scaleTargetRef.kind}/${item.spec.scaleTargetRef.name}`, item.spec.minReplicas]]
        : [],
    ),
  );
  return items.flatMap((item) => {
    if (item.kind === 'HorizontalPodAutoscaler') return [];
    const { kind, metadata, spec, status } = item;
    const wanted = Math.max(spec.replicas, least.get(`${kind}/${metadata.name}`) ?? 0);
    const isReady =
      status.observedGeneration >= metadata.generation &&
      status.updatedReplicas >= wanted &&
      status.readyReplicas >= wanted;
    return isReady ? [] : [`${metadata.name} ${status.readyReplicas}/${wanted}`];
  });
}

/** Pods that are not ready, and why as far as the cluster says. */
function troubles(answer: string): string[] {
  return pods.parse(JSON.parse(answer)).items.flatMap(({ metadata, status }) => {
    const bad = status.containerStatuses.filter(({ ready }) => !ready);
    if (status.phase === 'Running' && bad.length === 0) return [];
    const reasons = bad.map(
      (one) => one.state.waiting?.reason ?? one.state.terminated?.reason ?? 'not ready',
    );
    return [`${metadata.name}: ${[status.phase, ...reasons].join(', ')}`];
  });
}

/** How often containers of this namespace were started again, by pod; only those that were. */
export async function restarts(kubectl: Kubectl, namespace: string): Promise<Record<string, number>> {
  const answer = pods.parse(JSON.parse(await kubectl(['-n', namespace, 'get', 'pods', '-o', 'json'])));
  const counts = answer.items.map(({ metadata, status }): [string, number] => [
    metadata.name,
    status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const WORKLOADS = 'deployments,statefulsets,horizontalpodautoscalers';

/** Workloads of this namespace that do not have all their replicas ready. */
export const missingReplicas = async (kubectl: Kubectl, namespace: string): Promise<string[]> =>
  notReady(await kubectl(['-n', namespace, 'get', WORKLOADS, '-o', 'json']));

const LOOK_MS = 1_000;

/** Waits until every workload has all replicas ready; answers after how many seconds. Throws with what is missing. */
export async function waitReady(kubectl: Kubectl, namespace: string, seconds: number): Promise<number> {
  const from = Date.now();
  for (;;) {
    const missing = await missingReplicas(kubectl, namespace);
    const after = (Date.now() - from) / 1000;
    if (missing.length === 0) return after;
    if (after > seconds) {
      const why = troubles(await kubectl(['-n', namespace, 'get', 'pods', '-o', 'json']));
      throw new ClusterError(`not Ready after ${seconds} s: ${missing.join(', ')}\n${why.join('\n')}`);
    }
    await sleep(LOOK_MS);
  }
}
