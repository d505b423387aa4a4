import type { PaymentStatus } from '@gittix/common/api';
import type { Failure, Intent, Shown } from './intent';
import type { Call, OrderFacts, PaymentFacts } from './payment';
import { TABLE, type StepName } from './reconcile-table';
import { sidesOf } from './sides';

export type PaymentEvent =
  | 'PaymentUpdated'
  | 'PaymentAuthorized'
  | 'ChargeCreated'
  | 'ChargeFailed'
  | 'ChargeRefunded';

/** One write: what becomes of the payment, and the event that tells of it. */
export interface Change {
  event: PaymentEvent;
  status?: PaymentStatus;
  intent?: Pick<Intent, 'id' | 'clientSecret'>;
  /** Null: there is none any more. */
  failure?: Failure | null;
  verdict?: 'voided' | 'failed';
  /** The card was held, be it in time or too late. */
  authorizedAt?: Date;
  /** Why a human should look at it. */
  attention?: string;
}

export type Step =
  | { kind: 'wait' }
  /** Nothing we may do by ourselves. */
  | { kind: 'tell'; why: string }
  | { kind: 'call'; call: Call }
  /** The answers of the present key are of no use: the next try begins. */
  | { kind: 'renew'; call: Call }
  | { kind: 'change'; change: Change };

/** Refunds that came to nothing before a human is asked; the money then lies with us, not with the buyer. */
export const MOST_REFUNDS = 3;

/**
 * The next step of a payment: a pure function of its state, the copy of its order, and what Stripe shows. Whoever calls does
 * that one step and asks again; a step done twice, or decided on yesterday's facts, does no harm.
 */
export function nextStep(payment: PaymentFacts, order: OrderFacts | undefined, shown: Shown): Step {
  const sides = sidesOf(payment, order, shown);
  const name = TABLE[payment.status][sides.intent][sides.order];
  const place = `payment ${payment.status}, intent ${sides.intent}, order ${sides.order}`;
  const attention = sides.mismatches.length > 0 ? { attention: sides.mismatches.join('; ') } : {};
  return toStep(name, { payment, shown, place, attention });
}

interface Facts {
  payment: PaymentFacts;
  shown: Shown;
  place: string;
  attention: { attention?: string };
}

function toStep(name: StepName, { payment, shown, place, attention }: Facts): Step {
  const intent = typeof shown === 'string' ? undefined : shown;
  const held = intent?.authorizedAt ? { authorizedAt: intent.authorizedAt } : {};
  const change = (members: Change): Step => ({
    kind: 'change',
    change: { ...members, ...held, ...attention },
  });
  switch (name) {
    case 'wait':
      return { kind: 'wait' };
    case 'tell':
      return { kind: 'tell', why: place };
    case 'create':
    case 'capture':
    case 'cancel':
    case 'refund':
      return { kind: 'call', call: name };
    case 'recreate':
      return { kind: 'renew', call: 'create' };
    case 'rerefund':
      if ((intent?.refunds.failed ?? 0) < MOST_REFUNDS) return { kind: 'renew', call: 'refund' };
      return { kind: 'tell', why: 'the refund came to nothing again and again' };
    case 'adopt':
      if (!intent) throw new Error(`no intent to adopt: ${place}`);
      return change({ event: 'PaymentUpdated', intent });
    case 'note':
      return change({ event: 'PaymentUpdated', failure: intent?.lastError ?? null });
    case 'authorized':
      return change({ event: 'PaymentAuthorized', status: 'authorized', failure: null });
    case 'captured':
      return change({ event: 'ChargeCreated', status: 'captured', failure: null });
    case 'undo':
      return change({ event: 'PaymentUpdated', status: 'voiding' });
    case 'give_up':
      return giveUp({ code: 'hold_gone', message: 'The bank no longer holds the money.' }, place);
    case 'voided':
      return change({ event: 'PaymentUpdated', status: 'voided', verdict: 'voided' });
    case 'failed':
      return change({
        event: 'ChargeFailed',
        status: 'failed',
        verdict: 'failed',
        failure: { code: 'canceled', message: 'The payment was canceled before the money moved.' },
      });
    case 'end':
      return payment.verdict === 'failed'
        ? change({ event: 'ChargeFailed', status: 'failed' })
        : change({ event: 'PaymentUpdated', status: 'voided' });
    case 'refunding':
      return change({ event: 'PaymentUpdated', status: 'refunding' });
    case 'refunded':
      return change({ event: 'ChargeRefunded', status: 'refunded' });
  }
}

/** The sale can't be finished: the hold is given back, and once Stripe shows that, the payment has failed. */
function giveUp(failure: Failure, attention?: string): Step & { kind: 'change' } {
  const change: Change = { event: 'PaymentUpdated', status: 'voiding', verdict: 'failed', failure };
  return { kind: 'change', change: attention === undefined ? change : { ...change, attention } };
}

/** Whether a call that failed left its step undone, as the intent read afterwards shows. */
export function isUndone(
  call: Exclude<Call, 'create'>,
  { status, amountReceived, refunds }: Intent,
): boolean {
  switch (call) {
    case 'capture':
      return status === 'requires_capture';
    case 'cancel':
      return status !== 'canceled' && status !== 'succeeded';
    case 'refund':
      return refunds.succeeded + refunds.pending < amountReceived;
  }
}

/** What follows from Stripe's definite no to a call whose step is undone: a sale is given up, an undoing is tried again. */
export function afterRefusal(call: Exclude<Call, 'create'>, refusal: Failure): Step {
  return call === 'capture' ? giveUp(refusal) : { kind: 'renew', call };
}

/** Stripe forgets a key after 24 hours; repeated then, a create would make a second intent. */
const KEY_LIFE_MS = 23 * 3_600_000;

/** How to learn what Stripe shows: by the id, by repeating the create (its replay tells the id), or by searching. */
export function howToAsk(payment: PaymentFacts, now: Date): 'by_id' | 'by_create' | 'by_search' {
  if (payment.intentId !== undefined) return 'by_id';
  const isOpen = payment.status === 'started' || payment.status === 'voiding';
  const keyIsUsable = !payment.createStuck && now.getTime() - payment.createKeyAt.getTime() < KEY_LIFE_MS;
  return isOpen && keyIsUsable ? 'by_create' : 'by_search';
}
