import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../evidence/evidence';
import type { Random } from '../random';
import type { Person } from './person';

const GOOD_CARDS = ['pm_card_visa', 'pm_card_visa', 'pm_card_mastercard', 'pm_card_amex'];
const ASKING_CARDS = [
  ...['pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'],
  'pm_card_threeDSecureRequiredChargeDeclined',
];

export const payWell = (person: Person, orderId: string, random: Random) =>
  pay(person, orderId, random.pick(GOOD_CARDS), random);

/** Like the checkout page; true when the card was accepted. */
export async function pay(person: Person, orderId: string, card: string, random: Random): Promise<boolean> {
  const started = await start(person, orderId);
  if (started?.answer?.clientSecret === undefined) return false;
  const both = random.chance(0.2) ? 2 : 1;
  const tries = await Promise.all(Array.from({ length: both }, () => confirm(person, started, card)));
  // As the page does: have payments look at once, whether a webhook comes or not.
  if (random.chance(0.5)) await start(person, orderId);
  else
    await person.do({
      kind: 'show-payment',
      method: 'GET',
      path: `/api/payments/${orderId}`,
      target: orderId,
    });
  return tries.some(({ outcome }) => outcome === 'ok');
}

/** The bank asks: answered, refused, answered late, or never. */
export async function payWithBank(person: Person, orderId: string, random: Random): Promise<boolean> {
  const started = await start(person, orderId);
  if (started?.answer?.clientSecret === undefined) return false;
  const asked = await confirm(person, started, random.pick(ASKING_CARDS));
  if (asked.answer?.status !== 'requires_action' || random.chance(0.15)) return false;
  await delay(random.between(0, 2_000));
  const isRefused = random.chance(0.25);
  const last = await authenticate(person, started, isRefused ? 'fail' : 'complete');
  const again = isRefused && random.chance(0.5);
  const { outcome } = again ? await confirm(person, started, random.pick(GOOD_CARDS)) : last;
  if (random.chance(0.7)) await start(person, orderId);
  return outcome === 'ok' && (again || !isRefused);
}

/** The card is authorised around the end of the hold, or well after it: now it wins, now it loses. */
export async function payLate(
  person: Person,
  orderId: string,
  random: Random,
  ttlMs: number,
): Promise<boolean> {
  const started = await start(person, orderId);
  await delay(Math.max(0, ttlMs - 1_000 + random.between(0, 4_000)));
  if (started?.answer?.clientSecret === undefined) return false;
  return (await confirm(person, started, random.pick(GOOD_CARDS))).outcome === 'ok';
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
