import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { Board } from './board';
import type { Person } from './person';

const PAGES = ['/orders', '/sell', '/listings', '/'];

/** Somebody new each time, by the pages: looks around, signs up, and sees what there is for those who are signed in. */
export async function visit(person: Person, board: Board, random: Random): Promise<void> {
  const ticketId = board.anyTicket(random);
  const page = (path: string) => person.do({ kind: 'page', method: 'GET', path });
  await page('/');
  if (ticketId !== undefined) await page(`/tickets/${ticketId}`);
  const { outcome } = await person.asksToSignUp();
  await delay(random.between(100, 500));
  if (outcome !== 'ok') return;
  await person.do({ kind: 'who-am-i', method: 'GET', path: '/api/users/currentuser' });
  await page(random.pick(PAGES));
  await delay(random.between(200, 800));
}
