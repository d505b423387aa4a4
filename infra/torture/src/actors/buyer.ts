import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../evidence/evidence';
import type { Random } from '../random';
import type { Board } from './board';
import type { Person } from './person';

const GOOD_CARDS = ['pm_card_visa', 'pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'];
const BAD_CARDS = [
  'pm_card_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_captureFail',
];

const ASKING_CARDS = [
  ...['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'],
  'pm_card_threeDSecureRequiredChargeDeclined',
];

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
  await finish(person, orderId, random, ttlMs);
  const seen = await person.do({
    kind: 'show-order',
    method: 'GET',
    path: `/api/orders/${orderId}`,
    target: orderId,
  });
  if (seen.answer?.status !== 'complete') return;
  ticketIds.forEach((id) => board.drop(id));
  board.sold({ orderId, ticketIds });
}

/** Sometimes a double click or two tabs: the same request twice or thrice under one key. */
async function reserve(person: Person, ticketIds: string[], random: Random): Promise<Operation | undefined> {
  const idempotencyKey = random.chance(0.6) ? randomUUID() : undefined;
  const once = () =>
    person.do({
      kind: 'reserve',
      method: 'POST',
      path: '/api/orders',
      body: { ticketIds },
      target: ticketIds.join(' '),
      ...(idempotencyKey && { idempotencyKey }),
    });
  const copies = idempotencyKey && random.chance(0.4) ? random.between(2, 3) : 1;
  const tries = await Promise.all(Array.from({ length: copies }, once));
  const granted = tries.find(({ outcome }) => outcome === 'ok');
  if (granted || !idempotencyKey || tries.every(({ outcome }) => outcome === 'fail'))
    return granted ?? tries[0];
  // Nobody knows: ask again under the same key, as a client should.
  await delay(500);
  return once();
}

async function finish(person: Person, orderId: string, random: Random, ttlMs: number): Promise<void> {
  const ending = random.pick(ENDINGS);
  const cancel = () =>
    person.do({ kind: 'cancel', method: 'DELETE', path: `/api/orders/${orderId}`, target: orderId });
  const extend = () =>
    person.do({ kind: 'extend', method: 'POST', path: `/api/orders/${orderId}/extend`, target: orderId });
  switch (ending) {
    case 'pay':
      return pay(person, orderId, random.pick(GOOD_CARDS), random);
    case '3-D Secure':
      return payWithBank(person, orderId, random);
    case 'decline then pay':
      await pay(person, orderId, BAD_CARDS[random.between(0, 1)] as string, random);
      return pay(person, orderId, random.pick(GOOD_CARDS), random);
    case 'capture fails':
      return pay(person, orderId, 'pm_card_captureFail', random);
    case 'cancel':
      await cancel();
      if (random.chance(0.3)) await cancel();
      return;
    case 'leave':
      return;
    case 'extend':
      await extend();
      if (random.chance(0.5)) await extend();
      return random.chance(0.5) ? pay(person, orderId, random.pick(GOOD_CARDS), random) : undefined;
    case 'cancel while paying':
      await Promise.all([
        pay(person, orderId, random.pick(GOOD_CARDS), random),
        delay(random.between(0, 300)).then(cancel),
      ]);
      return;
    case 'pay late':
      return payLate(person, orderId, random, ttlMs);
  }
}

async function pay(person: Person, orderId: string, card: string, random: Random): Promise<void> {
  const started = await start(person, orderId);
  if (started?.answer?.clientSecret === undefined) return;
  const both = random.chance(0.2) ? 2 : 1;
  await Promise.all(Array.from({ length: both }, () => confirm(person, started, card)));
  // As the page does: have payments look at once, whether a webhook comes or not.
  if (random.chance(0.5)) await start(person, orderId);
  else
    await person.do({
      kind: 'show-payment',
      method: 'GET',
      path: `/api/payments/${orderId}`,
      target: orderId,
    });
}

/** The bank asks: answered, refused, answered late, or never. */
async function payWithBank(person: Person, orderId: string, random: Random): Promise<void> {
  const started = await start(person, orderId);
  if (started?.answer?.clientSecret === undefined) return;
  const asked = await confirm(person, started, random.pick(ASKING_CARDS));
  if (asked.answer?.status !== 'requires_action' || random.chance(0.15)) return;
  await delay(random.between(0, 2_000));
  const refused = random.chance(0.25);
  await authenticate(person, started, refused ? 'fail' : 'complete');
  if (refused && random.chance(0.5)) await confirm(person, started, random.pick(GOOD_CARDS));
  if (random.chance(0.7)) await start(person, orderId);
}

/** The card is authorised around the end of the hold, or well after it: now it wins, now it loses. */
async function payLate(person: Person, orderId: string, random: Random, ttlMs: number): Promise<void> {
  const started = await start(person, orderId);
  await delay(Math.max(0, ttlMs - 1_000 + random.between(0, 4_000)));
  if (started?.answer?.clientSecret !== undefined) await confirm(person, started, random.pick(GOOD_CARDS));
}

async function start(person: Person, orderId: string): Promise<Operation | undefined> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const started = await person.do({
      kind: 'start-payment',
      method: 'POST',
      path: '/api/payments',
      body: { orderId },
      target: orderId,
    });
    if (started.outcome === 'ok') return started;
    if (started.outcome === 'fail') return undefined;
    await delay(1_000);
  }
  return undefined;
}

/** What Stripe.js does in the browser. */
function confirm(person: Person, started: Operation, card: string): Promise<Operation> {
  const { publishableKey = '' } = (started.answer ?? {}) as Record<string, string>;
  return askProvider(person, started, {
    kind: 'confirm',
    path: (intent) => `/v1/payment_intents/${intent}/confirm`,
    headers: { authorization: `Bearer ${publishableKey}` },
    form: { payment_method: card },
  });
}

/** What the bank's page does. */
function authenticate(person: Person, started: Operation, result: 'complete' | 'fail'): Promise<Operation> {
  return askProvider(person, started, {
    kind: 'authenticate',
    path: (intent) => `/_emulator/payment_intents/${intent}/authenticate`,
    headers: {},
    form: { result },
  });
}

interface Asked {
  kind: 'confirm' | 'authenticate';
  path: (intent: string) => string;
  headers: Record<string, string>;
  form: Record<string, string>;
}

function askProvider(
  person: Person,
  { answer = {}, target = '' }: Operation,
  { kind, path, headers, form }: Asked,
): Promise<Operation> {
  const { clientSecret = '', stripeJsUrl = '' } = answer as Record<string, string>;
  return person.do({
    kind,
    method: 'POST',
    path: path(clientSecret.split('_secret_')[0] ?? ''),
    target,
    at: {
      origin: new URL(stripeJsUrl).origin,
      headers,
      form: { client_secret: clientSecret, ...form },
    },
  });
}
