import { seededRandom, type Random } from '../random';

/** One request to reserve, before it is sent. Buyers, tickets and replicas by their number. */
export interface Wish {
  buyer: number;
  replica: 0 | 1;
  tickets: number[];
  /** Idempotency-Key; a wish with a key has a twin at the other replica. */
  key?: string;
}

/** Wishes that are sent all at once. */
export interface Heat {
  wishes: Wish[];
  /**
   * `at once`: whoever wins cancels while the others are still asking; `after all`: when all have their answer;
   * `at the end`: when the round has been read from the database.
   */
  release: 'at once' | 'after all' | 'at the end';
}

/** Tickets that are raced for together, heat after heat. */
export interface Lane {
  heats: Heat[];
}

export interface RoundSize {
  buyers: number;
  tickets: number;
  heats?: number;
}

const LANE_TICKETS = 3;
const HEATS = 12;
const KEYED = 0.15;
/** Heats in which everybody sends a key: a request without one is a look-up shorter, and would win nearly always. */
const ALL_KEYED = 0.15;
/** Of the keyed: the same key asks for something else at the other replica, as a faulty client would. */
const MISUSED = 0.1;

/** The lanes of round `round`: the same for the same seed and number, so that a race that goes on needs no memory of it. */
export function planRound(
  seed: number,
  round: number,
  { buyers, tickets, heats = HEATS }: RoundSize,
): Lane[] {
  const random = seededRandom(seed * 1_000_003 + round);
  return Array.from({ length: Math.ceil(tickets / LANE_TICKETS) }, (_, lane) => {
    const own = Array.from({ length: LANE_TICKETS }, (_unused, n) => lane * LANE_TICKETS + n);
    const make = (n: number): Heat => {
      const last = n === heats - 1;
      const asCarts = last || random.chance(0.3);
      const targets = asCarts ? own : [random.pick(own)];
      return {
        wishes: wishesFor(random, buyers, targets, `${seed}-${round}-${lane}-${n}`),
        release: last ? 'at the end' : random.chance(0.3) ? 'at once' : 'after all',
      };
    };
    return { heats: Array.from({ length: heats }, (_unused, n) => make(n)) };
  });
}

/** Every buyer wants something, half of them at each replica. */
function wishesFor(random: Random, buyers: number, targets: number[], name: string): Wish[] {
  const keyed = random.chance(ALL_KEYED) ? 1 : KEYED;
  const everybody = random.shuffled(Array.from({ length: buyers }, (_, buyer) => buyer));
  const wishes = everybody.flatMap((buyer, n): Wish[] => {
    const wish: Wish = { buyer, replica: n % 2 === 0 ? 0 : 1, tickets: cart(random, targets) };
    if (!random.chance(keyed)) return [wish];
    const key = `race-${name}-${buyer}`;
    const twin = random.chance(MISUSED) ? cart(random, targets) : wish.tickets;
    return [
      { ...wish, key },
      { buyer, replica: wish.replica === 0 ? 1 : 0, tickets: twin, key },
    ];
  });
  return random.shuffled(wishes);
}

/** One of the tickets alone, for a third of the buyers; else two or three of them that others want as well. */
function cart(random: Random, targets: number[]): number[] {
  if (targets.length === 1 || random.chance(1 / 3)) return [random.pick(targets)];
  return random.shuffled(targets).slice(0, random.between(2, targets.length));
}
