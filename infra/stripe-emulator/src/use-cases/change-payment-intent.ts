import type { Decline } from '../domain/cards';
import {
  CAPTURE_DECLINE,
  decide,
  statusesTaking,
  type Decision,
  type IntentCommand,
} from '../domain/payment-intent';
import type { EventType, IntentRecord, PaymentMethodRecord } from '../domain/records';
import type { Audience } from '../http/authentication';
import type { Operation } from '../ledger/entry';
import type { State } from '../ledger/state';
import { invalidRequest, StripeError } from '../stripe-error';
import { chargeView } from '../views/charge';
import { failureView, paymentIntentView, publishableView, type IntentContext } from '../views/payment-intent';
import type { Outcome, UseCaseDeps } from './outcome';
import { paymentMethodOf } from './read';

export interface IntentChange {
  intent: IntentRecord;
  command: IntentCommand;
  /** Given with the request; the intent's own otherwise. */
  paymentMethod?: PaymentMethodRecord | undefined;
  operation: Operation;
  audience: Audience;
  nowMs: number;
  /** A decline that does not depend on the card. */
  declined?: Decline | undefined;
  /** Events of what happened before in the same request. */
  before?: { type: EventType; object: unknown }[];
}

/** Decides, and turns the decision into answer, changes and events. Throws what changes nothing. */
export function changePaymentIntent(deps: UseCaseDeps, change: IntentChange): Outcome {
  const { state } = deps;
  const { intent, command } = change;
  const { paymentMethodId, latestChargeId } = intent;
  const paymentMethod =
    change.paymentMethod ?? (paymentMethodId === null ? undefined : paymentMethodOf(state, paymentMethodId));
  const decision = decide(intent, command, {
    now: Math.floor(change.nowMs / 1000),
    newChargeId: deps.newId('ch'),
    paymentMethod,
    charge: latestChargeId === null ? undefined : state.charges.get(latestChargeId),
    declined: change.declined,
  });
  const context = intentContext(deps, paymentMethod);
  const render = (record: IntentRecord) => {
    const view = paymentIntentView(record, context);
    return change.audience === 'secret' ? view : publishableView(view);
  };
  if (decision.kind === 'refused') throw refusal(decision.reason, change, render(intent), paymentMethod);

  const stored = paymentIntentView(decision.intent, context);
  const objectOf = (type: EventType) =>
    type.startsWith('charge.') && decision.charge && paymentMethod
      ? chargeView(decision.charge, paymentMethod)
      : stored;
  return {
    ...answer(decision, render(decision.intent), change, context),
    operation: change.operation,
    subject: intent.id,
    changes: {
      intents: [decision.intent],
      ...(decision.charge && { charges: [decision.charge] }),
      ...(isNew(state, paymentMethod) && { paymentMethods: [paymentMethod] }),
    },
    events: [...(change.before ?? []), ...decision.events.map((type) => ({ type, object: objectOf(type) }))],
  };
}

export function intentContext(
  { state, publicUrl }: Pick<UseCaseDeps, 'state' | 'publicUrl'>,
  fresh?: PaymentMethodRecord,
): IntentContext {
  return { publicUrl, paymentMethod: (id) => (fresh?.id === id ? fresh : paymentMethodOf(state, id)) };
}

function isNew(state: State, method: PaymentMethodRecord | undefined): method is PaymentMethodRecord {
  return method !== undefined && !state.paymentMethods.has(method.id);
}

/** A failed try is on the books, and answers 402; a failed check by the bank answers the intent, as its page asked. */
function answer(
  { failure }: Extract<Decision, { kind: 'changed' }>,
  view: Record<string, unknown>,
  { command }: IntentChange,
  context: IntentContext,
): { status: number; body: unknown } {
  if (!failure || command.type === 'authenticate') return { status: 200, body: view };
  return { status: 402, body: { error: { ...failureView(failure, context), payment_intent: view } } };
}

const PARTICIPLE = {
  confirm: 'confirmed',
  authenticate: 'authenticated',
  capture: 'captured',
  cancel: 'canceled',
};

function refusal(
  reason: Extract<Decision, { kind: 'refused' }>['reason'],
  { intent, command }: IntentChange,
  view: Record<string, unknown>,
  paymentMethod: PaymentMethodRecord | undefined,
): StripeError {
  switch (reason) {
    case 'unexpected_state':
      return invalidRequest(
        `This PaymentIntent could not be ${PARTICIPLE[command.type]}: its status is ${intent.status}, and must be one of ${statusesTaking(command.type).join(', ')}.`,
        { code: 'payment_intent_unexpected_state', payment_intent: view },
      );
    case 'no_payment_method':
      return invalidRequest(
        "This PaymentIntent cannot be confirmed without a payment method. Give one, or one's data, and confirm again.",
        { code: 'payment_intent_unexpected_state', payment_intent: view },
      );
    case 'amount_too_large':
      return invalidRequest(`At most ${intent.amountCapturable} can be captured.`, {
        code: 'amount_too_large',
        param: 'amount_to_capture',
        payment_intent: view,
      });
    case 'capture_declined':
      return new StripeError(402, {
        type: 'card_error',
        code: CAPTURE_DECLINE.code,
        decline_code: CAPTURE_DECLINE.declineCode,
        message: CAPTURE_DECLINE.message,
        charge: intent.latestChargeId ?? undefined,
        payment_intent: view,
        payment_method: paymentMethod?.id,
      });
  }
}
