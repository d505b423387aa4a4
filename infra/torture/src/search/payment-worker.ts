import type { OrderStatus } from '@gittix/common/api';
import type { Call } from '../../../../payments/src/domain/payment';
import type { Change, Step } from '../../../../payments/src/domain/reconcile';
import type { Rules } from './rules';
import {
  clock,
  commitPayment,
  intentOf,
  orderFacts,
  paymentFacts,
  type PaymentRecord,
  type Saga,
  type View,
} from './saga';
import { request } from './stripe';

type LaterCall = Exclude<Call, 'create'>;
const FAILURE = { code: 'no', message: 'No.' };

/** Where a replica of payments is within `reconcile`: what it has read, and what it is about to do. */
export type PaymentWork =
  /** The own document is read; `view` if an answer of Stripe is at hand from the round before. */
  | { kind: 'doc'; doc: PaymentRecord; view: View | null }
  /** The copy of the order too; Stripe is asked next. */
  | { kind: 'copy'; doc: PaymentRecord; copy: OrderStatus | null }
  /** Stripe is called next. */
  | { kind: 'call'; doc: PaymentRecord; call: Call }
  /** Stripe did not do it; the intent is read next. */
  | { kind: 'look'; doc: PaymentRecord; call: LaterCall; refused: boolean }
  /** The document is saved next, over version `base`; then another round with `view`. */
  | { kind: 'save'; base: number; next: PaymentRecord; view: View | null }
  /** Another round begins, with an answer of Stripe at hand, good as long as the document has this version. */
  | { kind: 'again'; view: View; version: number };

export interface Outcome {
  saga: Saga;
  /** Null: done, forgotten, or begins from nothing, which is all one, since anybody may begin at any time. */
  work: PaymentWork | null;
  label: string;
  /** Why a human is called. One is not called for an answer of the round before; Stripe is asked anew. */
  cry?: string;
}

export const beginReconcile = ({ payment }: Saga): PaymentWork | null =>
  payment && { kind: 'doc', doc: payment, view: null };

/** What can only end in reading everything anew: a save that meets the version check, an answer that is no longer good. */
export const isOutdated = (work: PaymentWork, { payment }: Saga) =>
  (work.kind === 'save' && payment?.version !== work.base) ||
  (work.kind === 'again' && payment?.version !== work.version);

/** All that may come of the next step; first what comes of it when nothing goes wrong. */
export function reconcileStep(saga: Saga, work: PaymentWork, rules: Rules): Outcome[] {
  switch (work.kind) {
    case 'again': {
      if (!saga.payment) throw new Error('a payment is never deleted');
      const isGood = saga.payment.version === work.version || !rules.forgetsOldAnswers;
      const view = isGood ? work.view : null;
      return [{ saga, work: { kind: 'doc', doc: saga.payment, view }, label: 'reads the payment' }];
    }
    case 'doc': {
      const label = `reads its copy of the order: ${saga.orderCopy ?? 'none'}`;
      if (work.view !== null) return [decided(saga, work.doc, saga.orderCopy, work.view, rules, label, true)];
      return [{ saga, work: { kind: 'copy', doc: work.doc, copy: saga.orderCopy }, label }];
    }
    case 'copy': {
      const view = ask(saga, work.doc, rules);
      return [decided(saga, work.doc, work.copy, view, rules, `asks Stripe: ${view}`)];
    }
    case 'call':
      return called(saga, work.doc, work.call);
    case 'look':
      return [looked(saga, work, rules)];
    case 'save':
      return saved(saga, work);
  }
}

function ask(saga: Saga, doc: PaymentRecord, rules: Rules): View {
  switch (rules.howToAsk(paymentFacts(doc), clock({ ...saga, lapsed: false }))) {
    case 'by_id':
      return saga.intent === 'none' ? 'missing' : saga.intent;
    case 'by_create':
      return 'unasked';
    case 'by_search':
      return saga.intent === 'none' ? 'absent' : saga.intent;
  }
}

function decided(
  saga: Saga,
  doc: PaymentRecord,
  copy: OrderStatus | null,
  view: View,
  rules: Rules,
  read: string,
  isOld = false,
): Outcome {
  const shown = view === 'unasked' || view === 'absent' || view === 'missing' ? view : intentOf(view);
  const step = rules.nextStep(paymentFacts(doc), copy === null ? undefined : orderFacts(copy), shown);
  const label = `${read}; decides: ${inWords(step)}`;
  switch (step.kind) {
    case 'wait':
      return { saga, work: null, label };
    case 'tell':
      return { saga, work: null, label, ...(isOld ? {} : { cry: step.why }) };
    case 'call':
      return { saga, work: { kind: 'call', doc, call: step.call }, label };
    case 'renew':
      return { saga, work: renewal(doc, step.call), label };
    case 'change':
      return { saga, work: change(doc, step.change, view), label };
  }
}

function called(saga: Saga, doc: PaymentRecord, call: Call): Outcome[] {
  return request(saga, doc, call).flatMap((answer): Outcome[] => {
    const label = `calls Stripe, ${answer.label}`;
    const lost = { saga: answer.saga, work: null, label: `${label}; the answer is lost, or it crashes` };
    const goesOn = (work: PaymentWork | null) => [
      { saga: answer.saga, work, label },
      ...(work ? [lost] : []),
    ];
    if (answer.result === 'done')
      return goesOn(answer.view && { kind: 'again', view: answer.view, version: doc.version });
    if (call === 'create') {
      const next = { ...doc, version: doc.version + 1, createStuck: true };
      return goesOn(answer.replayed ? { kind: 'save', base: doc.version, next, view: null } : null);
    }
    return goesOn({ kind: 'look', doc, call, refused: answer.result === 'refused' });
  });
}

function looked(saga: Saga, { doc, call, refused }: PaymentWork & { kind: 'look' }, rules: Rules): Outcome {
  const label = `reads the intent after the failure: ${saga.intent}`;
  if (saga.intent === 'none') return { saga, work: null, label };
  if (!rules.isUndone(call, intentOf(saga.intent))) {
    return { saga, work: { kind: 'again', view: saga.intent, version: doc.version }, label };
  }
  const next = refused ? rules.afterRefusal(call, FAILURE) : undefined;
  const work = next?.kind === 'change' ? change(doc, next.change, saga.intent) : renewal(doc, call);
  return { saga, work, label };
}

function saved(saga: Saga, { base, next, view }: PaymentWork & { kind: 'save' }): Outcome[] {
  if (saga.payment?.version !== base) return [{ saga, work: null, label: 'meets the version check' }];
  const after = commitPayment(saga, next);
  const label = `saves the payment as ${next.status}`;
  if (view === null) return [{ saga: after, work: null, label }];
  return [
    { saga: after, work: { kind: 'again', view, version: next.version }, label },
    { saga: after, work: null, label: `${label}; crashes` },
  ];
}

function change(doc: PaymentRecord, { status, intent, verdict }: Change, view: View): PaymentWork {
  const next: PaymentRecord = {
    ...doc,
    version: doc.version + 1,
    status: status ?? doc.status,
    knowsIntent: doc.knowsIntent || intent !== undefined,
    verdict: verdict ?? doc.verdict,
  };
  return { kind: 'save', base: doc.version, next, view };
}

function renewal(doc: PaymentRecord, call: Call): PaymentWork {
  const next: PaymentRecord = {
    ...doc,
    version: doc.version + 1,
    tries: { ...doc.tries, [call]: doc.tries[call] + 1 },
    createStuck: call === 'create' ? false : doc.createStuck,
  };
  return { kind: 'save', base: doc.version, next, view: null };
}

function inWords(step: Step): string {
  switch (step.kind) {
    case 'wait':
      return 'nothing to do';
    case 'tell':
      return `a human must look (${step.why})`;
    case 'call':
      return step.call;
    case 'renew':
      return `a new key for ${step.call}`;
    case 'change':
      return step.change.status ?? 'write down the intent';
  }
}
