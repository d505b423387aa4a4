import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ClusterError, type Kubectl } from './kubectl';

const workloads = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({ name: z.string(), generation: z.number().default(0) }),
      spec: z.object({ replicas: z.number().default(1) }),
      status: z.object({
        observedGeneration: z.number().default(0),
        updatedReplicas: z.number().default(0),
        readyReplicas: z.number().default(0),
      }),
    }),
  ),
});

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

/** Workloads that do not have all their replicas ready, of the newest revision. */
export function notReady(answer: string): string[] {
  return workloads
    .parse(JSON.parse(answer))
    .items.filter(
      ({ metadata, spec, status }) =>
        status.observedGeneration < metadata.generation ||
        status.updatedReplicas < spec.replicas ||
        status.readyReplicas < spec.replicas,
    )
    .map(({ metadata, spec, status }) => `${metadata.name} ${status.readyReplicas}/${spec.replicas}`);
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

/** Workloads of this namespace that do not have all their replicas ready. */
export const missingReplicas = async (kubectl: Kubectl, namespace: string): Promise<string[]> =>
  notReady(await kubectl(['-n', namespace, 'get', 'deployments,statefulsets', '-o', 'json']));

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
