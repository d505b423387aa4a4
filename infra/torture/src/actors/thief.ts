import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random';
import type { Board } from './board';
import { refund } from './operator';
import type { Call, Person } from './person';

/** Uses other people's ids, and buys and sells nothing: whatever bears a thief's mark is a theft. */
export async function steal(person: Person, board: Board, random: Random): Promise<void> {
  const orderId = board.anyOrder(random);
  const ticketId = board.anyTicket(random);
  const saleId = board.anySale(random);
  const title = `Stolen ${randomUUID()}`;
  const calls: Call[] = [];
  if (orderId !== undefined) {
    const order = { path: `/api/orders/${orderId}`, target: orderId };
    calls.push(
      { kind: 'show-order', method: 'GET', ...order },
      { kind: 'cancel', method: 'DELETE', ...order },
      { kind: 'extend', method: 'POST', ...order, path: `${order.path}/extend` },
      { kind: 'start-payment', method: 'POST', path: '/api/payments', body: { orderId }, target: orderId },
      { kind: 'show-payment', method: 'GET', path: `/api/payments/${orderId}`, target: orderId },
    );
  }
  if (saleId !== undefined) calls.push(refund(saleId));
  if (ticketId !== undefined) {
    const ticket = { path: `/api/tickets/${ticketId}`, target: ticketId };
    const body = { title, price: { amount: 50, currency: 'usd' } };
    calls.push(
      { kind: 'edit', method: 'PUT', ...ticket, body, title },
      { kind: 'withdraw', method: 'DELETE', ...ticket },
    );
  }
  if (calls.length > 0) await person.do(random.pick(calls));
  await delay(random.between(200, 600));
}
