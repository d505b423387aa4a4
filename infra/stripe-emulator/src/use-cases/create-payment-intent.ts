import type { IntentRecord } from '../domain/records';
import { randomText } from '../ids';
import { invalidRequest } from '../stripe-error';
import { paymentIntentView } from '../views/payment-intent';
import { changePaymentIntent, intentContext } from './change-payment-intent';
import { resolvePaymentMethod } from './create-payment-method';
import type { Outcome, UseCaseDeps } from './outcome';
import type { CreateIntentParams } from './payment-intent-params';

/** A new intent; with `confirm` the first try to pay happens in the same request. */
export function createPaymentIntent(deps: UseCaseDeps, params: CreateIntentParams, nowMs: number): Outcome {
  refuseTwoChoices(params);
  const { payment_method: named } = params;
  const paymentMethod = named === undefined ? undefined : resolvePaymentMethod(deps, named, nowMs);
  const intent = newIntent(deps.newId('pi'), params, paymentMethod?.id ?? null, nowMs);
  const view = paymentIntentView(intent, intentContext(deps, paymentMethod));
  const created = { type: 'payment_intent.created' as const, object: view };
  if (params.confirm) {
    return changePaymentIntent(deps, {
      intent,
      command: { type: 'confirm', returnUrl: params.return_url ?? null },
      paymentMethod,
      operation: 'payment_intent.create',
      audience: 'secret',
      nowMs,
      before: [created],
    });
  }
  return {
    status: 200,
    body: view,
    operation: 'payment_intent.create',
    subject: intent.id,
    changes: { intents: [intent], ...(paymentMethod && { paymentMethods: [paymentMethod] }) },
    events: [created],
  };
}

function newIntent(
  id: string,
  params: CreateIntentParams,
  paymentMethodId: string | null,
  nowMs: number,
): IntentRecord {
  return {
    id,
    clientSecret: `${id}_secret_${randomText(25)}`,
    amount: params.amount,
    currency: params.currency,
    captureMethod: params.capture_method,
    status: paymentMethodId === null ? 'requires_payment_method' : 'requires_confirmation',
    created: Math.floor(nowMs / 1000),
    metadata: params.metadata,
    description: params.description,
    receiptEmail: params.receipt_email,
    paymentMethodTypes: ['card'],
    allowedPaymentMethodTypes: params.allowed_payment_method_types ?? null,
    automaticPaymentMethods: params.automatic_payment_methods?.enabled ?? !choicesIn(params).length,
    paymentMethodId,
    latestChargeId: null,
    amountCapturable: 0,
    amountReceived: 0,
    lastPaymentError: null,
    nextAction: null,
    canceledAt: null,
    cancellationReason: null,
  };
}

/** The parameters that say which ways to pay there are. */
function choicesIn(params: CreateIntentParams): string[] {
  const names = ['allowed_payment_method_types', 'payment_method_types'] as const;
  return names.filter((name) => params[name] !== undefined);
}

function refuseTwoChoices(params: CreateIntentParams): void {
  const choices = choicesIn(params);
  if (params.automatic_payment_methods?.enabled) choices.push('automatic_payment_methods');
  const [first, second] = choices;
  if (first === undefined || second === undefined) return;
  throw invalidRequest(`Give ${first} or ${second}, not both.`, {
    code: 'parameters_exclusive',
    param: first,
  });
}
