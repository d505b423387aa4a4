import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ClusterError } from '../kubectl';
import type { Namespace } from './namespace';

const claimAnswer = z.object({ spec: z.object({ volumeName: z.string().min(1) }) });
const volumeAnswer = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    persistentVolumeReclaimPolicy: z.string(),
    local: z.object({ path: z.string() }).optional(),
    hostPath: z.object({ path: z.string() }).optional(),
  }),
});

/** A claim of the namespace, and what is behind it. */
export interface Volume {
  claim: string;
  name: string;
  /** Set when the volume outlives its claim: its directory on this machine, which then is the node. */
  directory: string | undefined;
}

/** Finds out how the data of a claim can be made to go. Throws ClusterError when they can't. */
export async function volumeOf(namespace: Namespace, claim: string): Promise<Volume> {
  const { volumeName } = claimAnswer.parse(
    JSON.parse(await namespace.do(['get', 'pvc', claim, '-o', 'json'])),
  ).spec;
  const answer = await namespace.kubectl(['get', 'pv', volumeName, '-o', 'json']);
  const { spec } = volumeAnswer.parse(JSON.parse(answer));
  if (spec.persistentVolumeReclaimPolicy === 'Delete')
    return { claim, name: volumeName, directory: undefined };
  const directory = (spec.local ?? spec.hostPath)?.path;
  const isHere =
    directory !== undefined &&
    (await readdir(directory).then(
      () => true,
      () => false,
    ));
  if (!isHere) {
    throw new ClusterError(
      `the volume ${volumeName} outlives its claim and is no directory of this machine: its data can't be taken away`,
    );
  }
  return { claim, name: volumeName, directory };
}

const GONE_S = 60;

/** Takes claim and data away; nobody may use them any more. The next claim of that name finds an empty volume. */
export async function loseVolume(namespace: Namespace, { claim, name, directory }: Volume): Promise<void> {
  await namespace.do(['delete', 'pvc', claim, '--wait', `--timeout=${GONE_S}s`], (GONE_S + 5) * 1000);
  if (directory === undefined) return;
  await emptyDirectory(directory);
  // Released is not available: it still belongs to the claim that is gone.
  const release = [{ op: 'remove', path: '/spec/claimRef' }];
  await namespace.kubectl(['patch', 'pv', name, '--type=json', '-p', JSON.stringify(release)]);
}

export async function emptyDirectory(directory: string): Promise<void> {
  for (const entry of await readdir(directory)) await rm(join(directory, entry), { recursive: true });
}
