import type { Random } from '../random';
import { type FaultKind, processName } from './catalogue';

/** One thing to do at one moment. */
export interface PlannedFault {
  /** After the start of the faults. */
  atMs: number;
  name: string;
  /** The process it hits, when it hits one. */
  target?: string;
  /** How long a pause or a spell of the payment provider lasts. */
  lastsMs?: number;
}

const GAP_MS = { low: 600, high: 2_800 };
const PAUSE_MS = { low: 1_000, high: 15_000 };
const SPELL_MS = { low: 7_000, high: 14_000 };

/**
 * Everything that will go wrong, dealt from a shuffled deck, so that no kind waits for ever. The same seed, length and
 * kinds give the same plan; what it meets is up to the machine.
 */
export function planFaults(options: {
  kinds: readonly FaultKind[];
  lengthMs: number;
  replicas: number;
  random: Random;
}): PlannedFault[] {
  const { kinds, lengthMs, replicas, random } = options;
  const plan: PlannedFault[] = [];
  let deck: string[] = [];
  let atMs = random.between(GAP_MS.low, GAP_MS.high);
  while (atMs < lengthMs && kinds.length > 0) {
    if (deck.length === 0) {
      deck = random.shuffled(kinds.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name)));
    }
    const name = deck.pop() as string;
    const [verb, part = ''] = name.split(':');
    const lastsMs =
      verb === 'pause'
        ? random.between(PAUSE_MS.low, PAUSE_MS.high)
        : verb === 'stripe'
          ? random.between(SPELL_MS.low, SPELL_MS.high)
          : undefined;
    plan.push({
      atMs,
      name,
      ...(verb === 'kill' || verb === 'pause' ? { target: processName(part, replicas, random) } : {}),
      ...(lastsMs === undefined ? {} : { lastsMs: Math.min(lastsMs, lengthMs - atMs) }),
    });
    atMs += random.between(GAP_MS.low, GAP_MS.high);
  }
  return plan;
}
