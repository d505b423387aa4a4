import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { StreamEvent } from '../../../torture/src/evidence/evidence';
import { JetStreamBroker } from '../../../torture/src/evidence/jetstream-broker';
import type { OpenForward } from './forward';
import type { Namespace } from './namespace';

const statefulSetAnswer = z.object({
  spec: z.object({
    template: z.object({ spec: z.looseObject({ volumes: z.array(z.unknown()).default([]) }) }),
  }),
});
const VOLUME = 'data';
const READY_S = 90;

/** A pod like those of a StatefulSet on a claim it left behind; no Service leads to it. */
export function lookingPod(answer: string, name: string, claim: string): object {
  const { spec } = statefulSetAnswer.parse(JSON.parse(answer)).spec.template;
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      ...spec,
      restartPolicy: 'Never',
      volumes: [...spec.volumes, { name: VOLUME, persistentVolumeClaim: { claimName: claim } }],
    },
  };
}

/**
 * Everything in the store that a broker left, read by starting its program once more on it where nobody else finds it. All
 * that it had ever acknowledged is there; an observer who listened meanwhile could miss the last moments.
 */
export async function lastLook(
  namespace: Namespace,
  open: OpenForward,
  { broker, claim, directory }: { broker: string; claim: string; directory: string },
): Promise<StreamEvent[]> {
  const name = `${broker}-last-look`;
  const file = join(directory, `${name}.json`);
  const statefulSet = await namespace.do(['get', 'statefulset', broker, '-o', 'json']);
  await writeFile(file, JSON.stringify(lookingPod(statefulSet, name, claim)));
  await namespace.do(['create', '-f', file]);
  try {
    const wait = ['wait', 'pod', name, '--for=condition=Ready', `--timeout=${READY_S}s`];
    await namespace.do(wait, (READY_S + 5) * 1000);
    const forward = await open(namespace.name, `pod/${name}`, 4222);
    try {
      const reader = await JetStreamBroker.connect({ port: forward.port });
      try {
        return (await reader.events()).map((event): StreamEvent => ({ ...event, lost: true }));
      } finally {
        await reader.close();
      }
    } finally {
      await forward.close();
    }
  } finally {
    await namespace.do(['delete', 'pod', name, '--grace-period=1', '--wait']);
  }
}
