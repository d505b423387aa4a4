import { z } from 'zod';
import type { Ground, Operation } from './ground';
import { EVENING, RUSH } from './load';
import type { Namespace } from './namespace';
import { isWell, until } from './until';

const list = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ minReplicas: z.number().default(1), maxReplicas: z.number() }),
      status: z
        .object({
          desiredReplicas: z.number().default(0),
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') }))
            .default([]),
        })
        .prefault({}),
    }),
  ),
});
export type Autoscaler = z.infer<typeof list>['items'][number];

const autoscalers = async (namespace: Namespace): Promise<Autoscaler[]> =>
  list.parse(JSON.parse(await namespace.do(['get', 'hpa', '-o', 'json']))).items;

const setMost = (namespace: Namespace, name: string, maxReplicas: number) =>
  namespace.do(['patch', 'hpa', name, '--type=merge', '-p', JSON.stringify({ spec: { maxReplicas } })]);

const STILL_S = 120;

/**
 * Holds every part at its fewest replicas: who rolls and deletes counts pods, and on a small machine a part that grows takes
 * the room of the pod that is to take another's place. Answers how they were.
 */
export async function holdStill(namespace: Namespace): Promise<Autoscaler[]> {
  const found = await autoscalers(namespace);
  for (const { metadata, spec } of found) await setMost(namespace, metadata.name, spec.minReplicas);
  await until('every part with its fewest replicas, all Ready', STILL_S, async () => {
    const pods = await namespace.pods();
    return found.every(({ metadata: { name }, spec: { minReplicas } }) => {
      const own = pods.filter(({ part }) => part === name);
      return own.length === minReplicas && own.every(isWell);
    });
  });
  return found;
}

const PART = 'orders';
const UP_S = 240;
const DOWN_S = 360;

/** Orders grows under a rush and shrinks in the evening, and nobody notices. */
export const autoscale = (before: readonly Autoscaler[]): Operation => ({
  name: 'hpa',
  title: `${PART} grows and shrinks with the load`,
  mayFail: false,
  carryOut: async (ground) => {
    const own = before.find(({ metadata }) => metadata.name === PART);
    if (!own) throw new Error(`${PART} has no HorizontalPodAutoscaler`);
    const { minReplicas: fewest, maxReplicas: most } = own.spec;
    const { namespace, load, say } = ground;
    await setMost(namespace, PART, most);
    await load.start(RUSH);
    await ground.step(`${PART}: from ${fewest} replicas to more`, async () => {
      const count = await untilReplicas(ground, `more than ${fewest}`, UP_S, (ready) => ready > fewest);
      say(`  ${count} pods of ${PART} are Ready, at most ${most} may be`);
    });
    await load.stop();
    await load.start(EVENING);
    // As in untilReplaced: over when those that are not needed have drained.
    await ground.step(`${PART}: back to ${fewest} replicas`, async () => {
      await untilReplicas(ground, `${fewest}`, DOWN_S, (ready, all) => ready === fewest && all === fewest);
    });
    await load.stop();
    await setMost(namespace, PART, fewest);
  },
});

const LOOK_MS = 3_000;

async function untilReplicas(
  { namespace, say }: Ground,
  wanted: string,
  seconds: number,
  isThere: (ready: number, all: number) => boolean,
): Promise<number> {
  let told = '';
  const look = async () => {
    const pods = await namespace.pods(PART);
    const ready = pods.filter(isWell).length;
    const own = (await autoscalers(namespace)).find(({ metadata }) => metadata.name === PART);
    const blind = own?.status.conditions.find(
      ({ type, status }) => type === 'ScalingActive' && status !== 'True',
    );
    const line = `${ready} of ${pods.length} Ready, ${own?.status.desiredReplicas} wanted${blind ? `: ${blind.message}` : ''}`;
    if (line !== told) say(`  ${PART}: ${line}`);
    told = line;
    return isThere(ready, pods.length) && ready;
  };
  return until(`${wanted} replicas of ${PART}`, seconds, look, LOOK_MS);
}
