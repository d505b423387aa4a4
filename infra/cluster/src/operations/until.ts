import { setTimeout as delay } from 'node:timers/promises';
import { ClusterError } from '../kubectl';
import type { Namespace, Pod } from './namespace';

const LOOK_MS = 1_500;

/** Looks again and again; throws ClusterError when `what` did not come within the time. */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined | false>,
  lookMs = LOOK_MS,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new ClusterError(`not within ${seconds} s: ${what}`);
    await delay(lookMs);
  }
}

const READY_S = 180;

/** Waits until a part has so many pods, all Ready, none of them ending and none of those given. */
export function untilReplaced(
  namespace: Namespace,
  part: string,
  { replicas, gone }: { replicas: number; gone: readonly Pod[] },
  lookMs = LOOK_MS,
): Promise<Pod[]> {
  const old = new Set(gone.map(({ uid }) => uid));
  const look = async () => {
    const pods = await namespace.pods(part);
    const isDone = pods.length === replicas && pods.every((pod) => isWell(pod) && !old.has(pod.uid));
    return isDone && pods;
  };
  const what = `${replicas} new pods of ${part}, Ready, and the old ones gone`;
  return until(what, READY_S, look, lookMs);
}

export const isWell = ({ isReady, isEnding }: Pod) => isReady && !isEnding;
