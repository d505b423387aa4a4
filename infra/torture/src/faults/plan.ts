import type { Random } from '../random';
import { type FaultKind, processName } from './catalogue';

/** One thing to do at one moment. */
export interface PlannedFault {
  /** After the start of the faults. */
  atMs: number;
  name: string;
  /** The process it hits, when it hits one. */
  target?: string;
  /** How long a pause, a cut, or a spell of the payment provider lasts. */
  lastsMs?: number;
  /** How much later everything is, each way. */
  byMs?: number;
}

interface Range {
  low: number;
  high: number;
}

/** How fast one thing follows the other, and how long each lasts. */
export interface Pace {
  gapMs: Range;
  lasting: Record<string, Range>;
}

const LATE_MS = { low: 20, high: 400 };
/** Many times longer than the broker waits for a sign of life (5 s) before it gives a message to somebody else. */
const LONG_PAUSE_MS = { low: 31_000, high: 40_000 };

const USUAL: Pace = {
  gapMs: { low: 600, high: 2_400 },
  lasting: {
    pause: { low: 1_000, high: 15_000 },
    'pause-long': LONG_PAUSE_MS,
    stripe: { low: 7_000, high: 14_000 },
    'network:cut': { low: 1_000, high: 6_000 },
    'network:delay': { low: 4_000, high: 10_000 },
    'network:stall': { low: 1_000, high: 10_000 },
  },
};

interface PlanOptions {
  kinds: readonly FaultKind[];
  lengthMs: number;
  replicas: number;
  /** Name of its process. */
  broker: string;
  random: Random;
}

/**
 * Everything that will go wrong, dealt from a shuffled deck, so that no kind waits for ever. The same seed, length and
 * kinds give the same plan; what it meets is up to the machine.
 */
export function planFaults(options: PlanOptions): PlannedFault[] {
  const { kinds, lengthMs, random } = options;
  const plan = onceEach(options, (kind) => lengthMs >= (kind.once?.leastMs ?? Infinity), USUAL);
  const deckOf = () =>
    random.shuffled(kinds.flatMap(({ name, weight }) => Array.from({ length: weight }, () => name)));
  let deck = deckOf();
  const isEmpty = deck.length === 0;
  let atMs = random.between(USUAL.gapMs.low, USUAL.gapMs.high);
  while (atMs < lengthMs && !isEmpty) {
    if (deck.length === 0) deck = deckOf();
    plan.push(toFault(deck.pop() as string, atMs, options, USUAL));
    atMs += random.between(USUAL.gapMs.low, USUAL.gapMs.high);
  }
  return inOrder(plan);
}

/** How much of a short run is left for the last of its faults to be over. */
const ROOM_MS = 4_000;

/** For a run too short for the deck: each kind once, one soon after the other, and none for long; of the long pauses one, for it takes half of the run. */
export function planEachOnce(options: PlanOptions): PlannedFault[] {
  const { kinds, lengthMs, random } = options;
  const long = kinds.filter(({ name }) => name.startsWith('pause-long:'));
  const kept = long.length > 0 ? random.pick(long) : undefined;
  const chosen = kinds.filter((kind) => kind === kept || !long.includes(kind));
  const brief = { low: 500, high: 2_500 };
  const pace: Pace = {
    gapMs: { low: 0, high: 0 },
    lasting: {
      ...Object.fromEntries(Object.keys(USUAL.lasting).map((name) => [name, brief])),
      stripe: { low: 4_000, high: 6_000 },
      'pause-long': LONG_PAUSE_MS,
    },
  };
  const isDealt = ({ once }: FaultKind) => once === undefined;
  const dealt = random.shuffled(chosen.filter(isDealt));
  const gapMs = (lengthMs - ROOM_MS) / Math.max(1, dealt.length);
  const plan = [
    ...onceEach({ ...options, kinds: chosen }, () => true, pace),
    ...dealt.map(({ name }, index) =>
      toFault(name, Math.round((index + random.next()) * gapMs), options, pace),
    ),
  ];
  // What stands still already can't be hit once more, and here nothing comes twice.
  const still = plan.find(({ name }) => name === kept?.name)?.target;
  const other = options.replicas > 1 ? still?.replace(/\d+$/, (one) => (one === '1' ? '2' : '1')) : still;
  return inOrder(
    plan.map((fault) =>
      fault.target === still && other !== undefined && fault.name !== kept?.name
        ? { ...fault, target: other }
        : fault,
    ),
  );
}

function onceEach(options: PlanOptions, fits: (kind: FaultKind) => boolean, pace: Pace): PlannedFault[] {
  const { kinds, lengthMs, random } = options;
  return kinds.filter(fits).flatMap((kind) => {
    if (!kind.once) return [];
    const { from, to } = kind.once;
    // A long pause has to end within the run.
    const latest = kind.name.startsWith('pause-long:')
      ? Math.min(to * lengthMs, lengthMs - LONG_PAUSE_MS.high)
      : to * lengthMs;
    const atMs = random.between(Math.min(from * lengthMs, latest), latest);
    return [toFault(kind.name, Math.max(0, Math.round(atMs)), options, pace)];
  });
}

function toFault(
  name: string,
  atMs: number,
  { lengthMs, random, ...instance }: PlanOptions,
  { lasting }: Pace,
): PlannedFault {
  const [verb = '', what = ''] = name.split(':');
  const range = lasting[verb] ?? lasting[`${verb}:${what}`];
  const lastsMs = range && random.between(range.low, range.high);
  const hitsProcess = ['kill', 'pause', 'pause-long'].includes(verb);
  return {
    atMs,
    name,
    ...(hitsProcess && { target: processName(what, instance, random) }),
    ...(lastsMs !== undefined && { lastsMs: Math.min(lastsMs, lengthMs - atMs) }),
    ...(name.startsWith('network:delay') && { byMs: random.between(LATE_MS.low, LATE_MS.high) }),
  };
}

const inOrder = (plan: PlannedFault[]) => plan.sort((a, b) => a.atMs - b.atMs);
