import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { Board } from './board';
import type { Person } from './person';
import { doUnderKey } from './under-key';

const ENOUGH = 40;

/** Lists, edits, withdraws. */
export async function sell(person: Person, board: Board, random: Random): Promise<void> {
  const what = board.size < 8 ? 'list' : random.pick(['list', 'list', 'edit', 'edit', 'withdraw'] as const);
  const own = board.ticketOf(person.id, random);
  if ((what === 'list' && board.size < ENOUGH) || own === undefined) await list(person, board, random);
  else if (what === 'withdraw') await withdraw(person, board, own);
  else await edit(person, board, own, random);
  await delay(random.between(100, 500));
}

/** A title and a price of its own for each listing and edit, so that it is told apart wherever it turns up. */
function listing(random: Random): { title: string; price: number; body: unknown } {
  const title = `Concert ${randomUUID()}`;
  const price = random.between(50, 20_000);
  return { title, price, body: { title, price: { amount: price, currency: 'usd' } } };
}

async function list(person: Person, board: Board, random: Random): Promise<void> {
  const call = { kind: 'list', method: 'POST', path: '/api/tickets', ...listing(random) } as const;
  const made = await doUnderKey(person, call, random, 0.5);
  if (made?.outcome === 'ok') board.list({ id: String(made.answer?.id), sellerId: person.id });
}

async function edit(person: Person, board: Board, target: string, random: Random): Promise<void> {
  const path = `/api/tickets/${target}`;
  const { code } = await person.do({ kind: 'edit', method: 'PUT', path, target, ...listing(random) });
  if (code === 'ticket_sold' || code === 'ticket_withdrawn') board.drop(target);
}

async function withdraw(person: Person, board: Board, target: string): Promise<void> {
  const { outcome } = await person.do({
    kind: 'withdraw',
    method: 'DELETE',
    path: `/api/tickets/${target}`,
    target,
  });
  if (outcome === 'ok') board.drop(target);
}
