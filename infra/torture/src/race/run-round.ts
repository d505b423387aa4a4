import type { Attempt, Release, RoundEvidence } from './evidence';
import type { Heat, Lane, Wish } from './heats';
import { isGranted } from './judge';
import type { Replicas } from './replicas';
import type { Shopper } from './shoppers';

/** Lanes that race at the same time. */
const LANES_AT_ONCE = 4;

export interface Field {
  replicas: Replicas;
  buyers: Shopper[];
  /** Fresh ones, by their number in the round. */
  ticketIds: string[];
}

/** Races one round; `stop` ends it between two heats, and what was raced until then counts. */
export async function runRound(
  field: Field,
  lanes: Lane[],
  stop: AbortSignal,
): Promise<Pick<RoundEvidence, 'attempts' | 'releases' | 'wantedToTheEnd'>> {
  const seen = {
    attempts: [] as Attempt[],
    releases: [] as Release[],
    wantedToTheEnd: [] as string[],
  };
  const waiting = [...lanes];
  const work = async () => {
    for (let lane = waiting.shift(); lane && !stop.aborted; lane = waiting.shift()) {
      for (const heat of lane.heats) {
        if (stop.aborted) break;
        await runHeat(field, heat, seen);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES_AT_ONCE }, work));
  return seen;
}

async function runHeat(
  { replicas, buyers, ticketIds }: Field,
  { wishes, release }: Heat,
  seen: Pick<RoundEvidence, 'attempts' | 'releases' | 'wantedToTheEnd'>,
): Promise<void> {
  const reserve = async ({ buyer: number, replica, tickets, key }: Wish) => {
    const buyer = buyers[number];
    if (!buyer) throw new Error(`there is no buyer ${number}`);
    const wanted = tickets.map((ticket) => ticketIds[ticket] ?? '');
    const attempt = await replicas.reserve({ buyer, replica, ticketIds: wanted, key });
    seen.attempts.push(attempt);
    const letGo = async () => {
      // The other replica than the one that granted it: whatever it knows, it knows from the database.
      if (attempt.status !== 201 || attempt.orderId === undefined) return;
      seen.releases.push(await replicas.cancel(attempt.orderId, buyer, replica === 0 ? 1 : 0));
    };
    if (release === 'at once') await letGo();
    return { attempt, letGo };
  };
  const done = await Promise.all(wishes.map(reserve));
  if (release === 'after all') await Promise.all(done.map(({ letGo }) => letGo()));
  if (release !== 'at the end') return;
  const alone = done.flatMap(({ attempt }) =>
    attempt.ticketIds.length === 1 && (isGranted(attempt) || attempt.status === 409) ? attempt.ticketIds : [],
  );
  seen.wantedToTheEnd.push(...new Set(alone));
}
