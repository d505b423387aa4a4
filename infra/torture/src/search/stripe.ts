import { idempotencyKey, type Call } from '../../../../payments/src/domain/payment';
import {
  paymentFacts,
  type IntentState,
  type PaymentRecord,
  type Saga,
  type StoredAnswer,
  type View,
} from './saga';

export interface Answer {
  saga: Saga;
  result: StoredAnswer;
  /** What the answer shows of the intent; nothing for a refund. */
  view: View | null;
  /** Stripe repeats what it stored under this key. */
  replayed: boolean;
  label: string;
}

/** What a call does to an intent it may be made on; else Stripe refuses it. */
const EFFECTS: Record<Call, Partial<Record<IntentState, Exclude<IntentState, 'none'>>>> = {
  create: { none: 'open', open: 'open', held: 'open', paid: 'open', refunded: 'open', canceled: 'open' },
  capture: { held: 'paid' },
  cancel: { open: 'canceled', held: 'canceled' },
  refund: { paid: 'refunded' },
};

/** What a repeated key is answered: the intent as it was right after the first one. */
const STORED_VIEW: Record<Call, View | null> = {
  create: 'open',
  capture: 'paid',
  cancel: 'canceled',
  refund: null,
};

/** All that may come of a request to Stripe; first what comes of it when nothing goes wrong. */
export function request(saga: Saga, payment: PaymentRecord, call: Call): Answer[] {
  const key = idempotencyKey(paymentFacts(payment), call).replace(/^[^:]*:/, '');
  const stored = saga.answers[key];
  if (stored !== undefined) {
    const view = stored === 'done' ? STORED_VIEW[call] : null;
    return [{ saga, result: stored, view, replayed: true, label: `${key}: ${stored} again` }];
  }
  const store = (answer: StoredAnswer, change: Partial<Saga> = {}): Saga => ({
    ...saga,
    ...change,
    answers: sorted({ ...saga.answers, [key]: answer }),
  });
  const intent = EFFECTS[call][saga.intent];
  if (intent === undefined) {
    const label = `${key}: refused, the intent is ${saga.intent}`;
    return [{ saga: store('refused'), result: 'refused', view: null, replayed: false, label }];
  }
  if (call === 'create' && saga.intent !== 'none') throw new SecondIntent(key);
  const done = store('done', { intent });
  const answers: Answer[] = [
    { saga: done, result: 'done', view: STORED_VIEW[call], replayed: false, label: `${key}: done` },
  ];
  if (saga.troubleLeft === 0) return answers;
  const troubleLeft = saga.troubleLeft - 1;
  const fail = { result: 'server_error' as const, view: null, replayed: false };
  answers.push(
    { ...fail, saga: store('server_error', { troubleLeft }), label: `${key}: 500, not done` },
    { ...fail, saga: store('server_error', { troubleLeft, intent }), label: `${key}: 500, but done` },
  );
  if (call === 'capture') {
    const refused = { ...fail, result: 'refused' as const };
    answers.push({
      ...refused,
      saga: store('refused', { troubleLeft }),
      label: `${key}: refused by the bank`,
    });
  }
  return answers;
}

/** One order, two intents: the buyer could pay twice. */
export class SecondIntent extends Error {
  constructor(key: string) {
    super(`${key} makes a second intent for one order`);
  }
}

const sorted = (answers: Saga['answers']): Saga['answers'] =>
  Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1)));
