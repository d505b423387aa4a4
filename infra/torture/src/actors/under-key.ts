import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../evidence/evidence';
import type { Random } from '../random';
import type { Call, Person } from './person';

/**
 * Makes a request, with this chance under an Idempotency-Key; under one sometimes twice or thrice at once (a double click, two
 * tabs), and again when nobody knows what became of it. Answers the one that was granted, if any was.
 */
export async function doUnderKey(
  person: Person,
  call: Omit<Call, 'idempotencyKey'>,
  random: Random,
  chance: number,
): Promise<Operation | undefined> {
  const idempotencyKey = random.chance(chance) ? randomUUID() : undefined;
  const once = () => person.do({ ...call, ...(idempotencyKey && { idempotencyKey }) });
  const copies = idempotencyKey && random.chance(0.4) ? random.between(2, 3) : 1;
  const tries = await Promise.all(Array.from({ length: copies }, once));
  const granted = tries.find(({ outcome }) => outcome === 'ok');
  if (granted || !idempotencyKey || tries.every(({ outcome }) => outcome === 'fail'))
    return granted ?? tries[0];
  // Nobody knows: ask again under the same key, as a client should.
  await delay(500);
  return once();
}
