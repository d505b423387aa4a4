import { ClusterError, type Kubectl } from './kubectl';
import type { Options } from './options';
import { restarts, waitReady } from './ready';
import { applyStage, removeStage, renderStage, type Stage } from './stage';

export interface TestRun {
  root: string;
  namespace: string;
  options: Pick<Options, 'overlay' | 'ready' | 'keep'>;
  kubectl: Kubectl;
  say: (line: string) => void;
  /** What the namespace has other than the overlay says, as kustomize's patches. */
  patches?: readonly object[];
  /** What is to be proven once everything is Ready. */
  prove: { what: string; at: (stage: Stage) => Promise<void> };
}

/** More than this for one container is a loop; fewer can be a dependency that came late. */
const MOST_RESTARTS = 2;

/** Proves an overlay on a cluster, from nothing to nothing. Throws with the first thing that is wrong; removes it anyway. */
export async function testCluster({
  root,
  namespace,
  options,
  kubectl,
  say,
  patches,
  prove,
}: TestRun): Promise<void> {
  const stage = await renderStage(kubectl, root, options.overlay, namespace, patches);
  try {
    await applyStage(kubectl, stage);
    say(`${options.overlay} applied to namespace ${namespace}, without a warning`);
    const seconds = await waitReady(kubectl, namespace, options.ready);
    say(`everything Ready after ${seconds.toFixed(0)} s`);
    await prove.at(stage);
    say(`${prove.what} passed at ${stage.url}`);
    const again = await restarts(kubectl, namespace);
    const told = Object.entries(again).map(([pod, count]) => `${pod} ${count}`);
    say(`containers started again: ${told.join(', ') || 'none'}`);
    if (Object.values(again).some((count) => count > MOST_RESTARTS)) throw new ClusterError('a restart loop');
  } finally {
    if (options.keep) say(`kept: namespace ${namespace}, ${stage.file}`);
    else {
      await removeStage(kubectl, stage);
      say('everything removed');
    }
  }
}
