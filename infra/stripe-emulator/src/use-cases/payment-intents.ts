import type { Decline } from '../domain/cards';
import type { Audience } from '../http/authentication';
import { changePaymentIntent } from './change-payment-intent';
import { resolvePaymentMethod } from './create-payment-method';
import type { Outcome, UseCaseDeps } from './outcome';
import type {
  AuthenticateIntentParams,
  CancelIntentParams,
  CaptureIntentParams,
  ConfirmIntentParams,
} from './payment-intent-params';
import { findIntent } from './read';

/** Which intent, who asks, and when. */
export interface IntentCall {
  id: string;
  audience: Audience;
  nowMs: number;
  declined?: Decline | undefined;
}

export function confirmPaymentIntent(
  deps: UseCaseDeps,
  params: ConfirmIntentParams,
  call: IntentCall,
): Outcome {
  const { payment_method: named, return_url: returnUrl, client_secret: clientSecret } = params;
  return changePaymentIntent(deps, {
    intent: findIntent(deps.state, call.id, { audience: call.audience, clientSecret }),
    command: { type: 'confirm', returnUrl: params.use_stripe_sdk ? null : (returnUrl ?? null) },
    paymentMethod: named === undefined ? undefined : resolvePaymentMethod(deps, named, call.nowMs),
    operation: 'payment_intent.confirm',
    audience: call.audience,
    nowMs: call.nowMs,
    declined: call.declined,
  });
}

/** What the buyer answered to the bank's question. */
export function authenticatePaymentIntent(
  deps: UseCaseDeps,
  { client_secret: clientSecret, result }: AuthenticateIntentParams,
  { id, nowMs }: IntentCall,
): Outcome {
  return changePaymentIntent(deps, {
    intent: findIntent(deps.state, id, { audience: 'publishable', clientSecret }),
    command: { type: 'authenticate', passed: result === 'complete' },
    operation: 'payment_intent.authenticate',
    audience: 'publishable',
    nowMs,
  });
}

export function capturePaymentIntent(
  deps: UseCaseDeps,
  { amount_to_capture: amount }: CaptureIntentParams,
  { id, nowMs, declined }: IntentCall,
): Outcome {
  return changePaymentIntent(deps, {
    intent: findIntent(deps.state, id, { audience: 'secret', clientSecret: undefined }),
    command: { type: 'capture', ...(amount !== undefined && { amount }) },
    operation: 'payment_intent.capture',
    audience: 'secret',
    nowMs,
    declined,
  });
}

export function cancelPaymentIntent(
  deps: UseCaseDeps,
  { cancellation_reason: reason }: CancelIntentParams,
  { id, nowMs }: IntentCall,
): Outcome {
  return changePaymentIntent(deps, {
    intent: findIntent(deps.state, id, { audience: 'secret', clientSecret: undefined }),
    command: { type: 'cancel', reason: reason ?? null },
    operation: 'payment_intent.cancel',
    audience: 'secret',
    nowMs,
  });
}
