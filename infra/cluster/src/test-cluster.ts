import { ClusterError, type Kubectl } from './kubectl';
import { bringBrokerLate, WITHOUT_BROKER } from './late-broker';
import type { Options } from './options';
import { restarts, waitReady } from './ready';
import { applyStage, removeStage, renderStage, type Stage } from './stage';

export interface TestRun {
  root: string;
  namespace: string;
  options: Pick<Options, 'overlay' | 'ready' | 'keep' | 'brokerLate'>;
  kubectl: Kubectl;
  say: (line: string) => void;
  /** What the namespace has other than the overlay says, as kustomize's patches. */
  patches?: readonly object[];
  /** What is to be proven once everything is Ready. */
  prove: { what: string; at: (stage: Stage) => Promise<void> };
}

/** Proves an overlay on a cluster, from nothing to nothing. Throws with the first thing that is wrong; removes it anyway. */
export async function testCluster({
  root,
  namespace,
  options,
  kubectl,
  say,
  patches = [],
  prove,
}: TestRun): Promise<void> {
  const late = options.brokerLate > 0;
  const stage = await renderStage(kubectl, root, options.overlay, namespace, [
    ...patches,
    ...(late ? [WITHOUT_BROKER] : []),
  ]);
  try {
    await applyStage(kubectl, stage);
    say(`${options.overlay} applied to namespace ${namespace}, without a warning`);
    if (late) await bringBrokerLate(kubectl, namespace, options.brokerLate, say);
    const seconds = await waitReady(kubectl, namespace, options.ready);
    say(`everything Ready after ${seconds.toFixed(0)} s`);
    await prove.at(stage);
    say(`${prove.what} passed at ${stage.url}`);
    const again = await restarts(kubectl, namespace);
    const told = Object.entries(again).map(([pod, count]) => `${pod} ${count}`);
    say(`containers started again: ${told.join(', ') || 'none'}`);
    // What comes late is waited for, not died for.
    if (told.length > 0) throw new ClusterError(`started again: ${told.join(', ')}`);
  } finally {
    if (options.keep) say(`kept: namespace ${namespace}, ${stage.file}`);
    else {
      await removeStage(kubectl, stage);
      say('everything removed');
    }
  }
}
