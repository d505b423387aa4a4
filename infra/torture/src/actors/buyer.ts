import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../evidence/evidence';
import type { Random } from '../random';
import type { Board } from './board';
import { pay, payLate, payWell, payWithBank } from './paying';
import type { Person } from './person';
import { doUnderKey } from './under-key';

const DECLINED = ['pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds'];
const MOST_LOOKS = 6;
const LOOK_AGAIN_MS = 700;

type Ending =
  | 'pay'
  | '3-D Secure'
  | 'decline then pay'
  | 'capture fails'
  | 'cancel'
  | 'leave'
  | 'extend'
  | 'cancel while paying'
  | 'pay late';
const ENDINGS: readonly Ending[] = [
  ...(['pay', 'pay', 'pay', 'decline then pay', 'capture fails', 'cancel', 'cancel', 'leave'] as const),
  ...(['extend', 'cancel while paying', 'pay late', '3-D Secure', '3-D Secure'] as const),
];

/** Reserves something and brings it to one of many ends; every request may fail at any time. */
export async function buy(person: Person, board: Board, random: Random, ttlMs: number): Promise<void> {
  const ticketIds = board.tickets(random);
  if (ticketIds.length === 0) {
    await person.do({ kind: 'search', method: 'GET', path: '/api/tickets?perPage=20' });
    return;
  }
  const reserved = await reserve(person, ticketIds, random);
  if (reserved?.outcome !== 'ok') {
    if (reserved?.code === 'ticket_withdrawn' || reserved?.code === 'ticket_sold')
      ticketIds.forEach((id) => board.drop(id));
    await delay(random.between(20, 150));
    return;
  }
  const orderId = String(reserved.answer?.id);
  board.reserved(orderId);
  await delay(random.between(0, 400));
  const isPaid = await finish(person, orderId, random, ttlMs);
  const seen = await look(person, orderId, isPaid ? MOST_LOOKS : 1);
  if (seen !== 'complete') return;
  ticketIds.forEach((id) => board.drop(id));
  board.sold({ orderId, ticketIds });
}

/** As the page does: whoever paid is shown how it goes on, until it is over. */
async function look(person: Person, orderId: string, most: number): Promise<unknown> {
  for (let looks = 1; ; looks++) {
    const path = `/api/orders/${orderId}`;
    const { answer } = await person.do({ kind: 'show-order', method: 'GET', path, target: orderId });
    const isOver = answer && !['created', 'secured'].includes(String(answer.status));
    if (isOver || looks >= most) return answer?.status;
    await delay(LOOK_AGAIN_MS);
  }
}

function reserve(person: Person, ticketIds: string[], random: Random): Promise<Operation | undefined> {
  const target = ticketIds.join(' ');
  const call = { kind: 'reserve', method: 'POST', path: '/api/orders', body: { ticketIds }, target } as const;
  return doUnderKey(person, call, random, 0.6);
}

/** True when a card was accepted. */
async function finish(person: Person, orderId: string, random: Random, ttlMs: number): Promise<boolean> {
  const ending = random.pick(ENDINGS);
  const cancel = () =>
    person.do({ kind: 'cancel', method: 'DELETE', path: `/api/orders/${orderId}`, target: orderId });
  const extend = () =>
    person.do({ kind: 'extend', method: 'POST', path: `/api/orders/${orderId}/extend`, target: orderId });
  switch (ending) {
    case 'pay':
      return payWell(person, orderId, random);
    case '3-D Secure':
      return payWithBank(person, orderId, random);
    case 'decline then pay':
      await pay(person, orderId, random.pick(DECLINED), random);
      return payWell(person, orderId, random);
    case 'capture fails':
      return pay(person, orderId, 'pm_card_captureFail', random);
    case 'cancel':
      await cancel();
      if (random.chance(0.3)) await cancel();
      return false;
    case 'leave':
      return false;
    case 'extend':
      await extend();
      if (random.chance(0.5)) await extend();
      return random.chance(0.5) ? payWell(person, orderId, random) : false;
    case 'cancel while paying': {
      const [paid] = await Promise.all([
        payWell(person, orderId, random),
        delay(random.between(0, 300)).then(cancel),
      ]);
      return paid;
    }
    case 'pay late':
      return payLate(person, orderId, random, ttlMs);
  }
}
