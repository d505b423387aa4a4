import { cardNamed, type Decline } from './cards';
import type {
  CancellationReason,
  ChargeRecord,
  EventType,
  IntentRecord,
  IntentStatus,
  PaymentFailure,
  PaymentMethodRecord,
} from './records';

export type IntentCommand =
  | { type: 'confirm'; returnUrl: string | null }
  | { type: 'authenticate'; passed: boolean }
  | { type: 'capture'; amount?: number }
  | { type: 'cancel'; reason: CancellationReason | null };

/** What a decision needs besides the intent. `paymentMethod` is the one to pay with, `charge` the intent's latest. */
export interface Facts {
  now: number;
  newChargeId: string;
  paymentMethod: PaymentMethodRecord | undefined;
  charge: ChargeRecord | undefined;
  /** The bank says no, whatever the card is. */
  declined?: Decline | undefined;
}

export type Decision =
  | {
      kind: 'changed';
      intent: IntentRecord;
      charge?: ChargeRecord;
      events: EventType[];
      /** The try is on the books, and the answer is an error all the same. */
      failure?: PaymentFailure;
    }
  | {
      kind: 'refused';
      reason: 'unexpected_state' | 'no_payment_method' | 'amount_too_large' | 'capture_declined';
    };

/** Which command each status takes; every cell on purpose. */
export const TRANSITIONS: Record<IntentStatus, Record<IntentCommand['type'], boolean>> = {
  requires_payment_method: { confirm: true, authenticate: false, capture: false, cancel: true },
  requires_confirmation: { confirm: true, authenticate: false, capture: false, cancel: true },
  requires_action: { confirm: true, authenticate: true, capture: false, cancel: true },
  requires_capture: { confirm: false, authenticate: false, capture: true, cancel: true },
  succeeded: { confirm: false, authenticate: false, capture: false, cancel: false },
  canceled: { confirm: false, authenticate: false, capture: false, cancel: false },
};

/** The statuses a command is taken in, for the message that refuses it. */
export function statusesTaking(command: IntentCommand['type']): IntentStatus[] {
  return (Object.keys(TRANSITIONS) as IntentStatus[]).filter((status) => TRANSITIONS[status][command]);
}

/** The whole life of a PaymentIntent as a pure function. */
export function decide(intent: IntentRecord, command: IntentCommand, facts: Facts): Decision {
  if (!TRANSITIONS[intent.status][command.type]) return { kind: 'refused', reason: 'unexpected_state' };
  switch (command.type) {
    case 'confirm':
      return confirm(intent, command.returnUrl, facts);
    case 'authenticate':
      return command.passed ? charge(intent, facts) : failAuthentication(intent, facts);
    case 'capture':
      return capture(intent, command.amount ?? intent.amountCapturable, facts);
    case 'cancel':
      return cancel(intent, command.reason, facts);
  }
}

function confirm(intent: IntentRecord, returnUrl: string | null, facts: Facts): Decision {
  const { paymentMethod } = facts;
  if (!paymentMethod) return { kind: 'refused', reason: 'no_payment_method' };
  if (facts.declined || !cardNamed(paymentMethod.card).threeDSecure) return charge(intent, facts);
  return {
    kind: 'changed',
    intent: {
      ...intent,
      status: 'requires_action',
      paymentMethodId: paymentMethod.id,
      lastPaymentError: null,
      nextAction: { returnUrl },
    },
    events: ['payment_intent.requires_action'],
  };
}

/** Asks the bank: holds the money (manual capture), takes it, or is declined. */
function charge(intent: IntentRecord, facts: Facts): Decision {
  const { paymentMethod } = facts;
  if (!paymentMethod) return { kind: 'refused', reason: 'no_payment_method' };
  const card = cardNamed(paymentMethod.card);
  const manual = intent.captureMethod === 'manual';
  const decline = facts.declined ?? card.decline ?? (card.captureFails && !manual ? CAPTURE_DECLINE : null);
  const attempt: ChargeRecord = {
    id: facts.newChargeId,
    intentId: intent.id,
    paymentMethodId: paymentMethod.id,
    amount: intent.amount,
    currency: intent.currency,
    created: facts.now,
    status: decline ? 'failed' : 'succeeded',
    captured: !decline && !manual,
    amountCaptured: !decline && !manual ? intent.amount : 0,
    amountRefunded: 0,
    refunded: false,
    failure: decline,
    metadata: intent.metadata,
  };
  if (decline) {
    const failure: PaymentFailure = {
      type: 'card_error',
      ...decline,
      chargeId: attempt.id,
      paymentMethodId: paymentMethod.id,
    };
    return failed({ ...intent, latestChargeId: attempt.id }, failure, attempt);
  }
  return {
    kind: 'changed',
    intent: {
      ...intent,
      status: manual ? 'requires_capture' : 'succeeded',
      paymentMethodId: paymentMethod.id,
      latestChargeId: attempt.id,
      amountCapturable: manual ? intent.amount : 0,
      amountReceived: manual ? 0 : intent.amount,
      lastPaymentError: null,
      nextAction: null,
    },
    charge: attempt,
    events: [manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded'],
  };
}

export const CAPTURE_DECLINE = {
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'Your card was declined.',
} as const;

function failAuthentication(intent: IntentRecord, { paymentMethod }: Facts): Decision {
  if (!paymentMethod) return { kind: 'refused', reason: 'no_payment_method' };
  return failed(intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message: 'We could not authenticate your payment method. Choose another one and try again.',
    paymentMethodId: paymentMethod.id,
  });
}

/** Back to the start, open for another card. */
function failed(intent: IntentRecord, failure: PaymentFailure, attempt?: ChargeRecord): Decision {
  return {
    kind: 'changed',
    intent: {
      ...intent,
      status: 'requires_payment_method',
      paymentMethodId: null,
      lastPaymentError: failure,
      nextAction: null,
    },
    ...(attempt && { charge: attempt }),
    events: ['payment_intent.payment_failed'],
    failure,
  };
}

function capture(intent: IntentRecord, amount: number, facts: Facts): Decision {
  const { charge: held, paymentMethod, declined } = facts;
  if (!held || !paymentMethod) throw new Error(`${intent.id} is to be captured but holds no charge`);
  if (amount > intent.amountCapturable) return { kind: 'refused', reason: 'amount_too_large' };
  if (declined || cardNamed(paymentMethod.card).captureFails)
    return { kind: 'refused', reason: 'capture_declined' };
  return {
    kind: 'changed',
    intent: { ...intent, status: 'succeeded', amountCapturable: 0, amountReceived: amount },
    charge: { ...held, captured: true, amountCaptured: amount },
    events: ['payment_intent.succeeded'],
  };
}

/** Gives a hold back: Stripe shows the uncaptured charge as refunded. */
function cancel(
  intent: IntentRecord,
  reason: CancellationReason | null,
  { charge: held, now }: Facts,
): Decision {
  const canceled: IntentRecord = {
    ...intent,
    status: 'canceled',
    amountCapturable: 0,
    nextAction: null,
    canceledAt: now,
    cancellationReason: reason,
  };
  if (intent.status !== 'requires_capture' || !held) {
    return { kind: 'changed', intent: canceled, events: ['payment_intent.canceled'] };
  }
  return {
    kind: 'changed',
    intent: canceled,
    charge: { ...held, refunded: true, amountRefunded: held.amount },
    events: ['payment_intent.canceled', 'charge.refunded'],
  };
}
