import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { Board } from './board';
import type { Call, Person } from './person';

export const refund = (orderId: string): Call => ({
  kind: 'refund',
  method: 'POST',
  path: `/api/payments/${orderId}/refund`,
  body: { reason: 'The concert was called off' },
  target: orderId,
});

/** Gives money back, now and then twice, and offers the tickets again. */
export async function refundSome(person: Person, board: Board, random: Random): Promise<void> {
  await delay(random.between(500, 2_500));
  const sale = board.takeSale(random);
  if (!sale) return;
  const copies = random.chance(0.4) ? 2 : 1;
  const tries = await Promise.all(Array.from({ length: copies }, () => person.do(refund(sale.orderId))));
  if (random.chance(0.3)) tries.push(await person.do(refund(sale.orderId)));
  // The seller's page, too, needs a moment until it knows.
  await delay(random.between(500, 2_000));
  if (tries.some(({ outcome }) => outcome === 'ok')) sale.ticketIds.forEach((id) => board.offerAgain(id));
}
