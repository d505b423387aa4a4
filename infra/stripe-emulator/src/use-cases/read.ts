import type { ChargeRecord, IntentRecord, PaymentMethodRecord, RefundRecord } from '../domain/records';
import type { StoredEvent } from '../ledger/entry';
import type { State } from '../ledger/state';
import { invalidRequest, noSuch } from '../stripe-error';
import { sameText, type Audience } from '../http/authentication';

/** The intent, for who may see it: the shop, or a holder of its client secret. */
export function findIntent(
  state: State,
  id: string,
  access: { audience: Audience; clientSecret: string | undefined },
): IntentRecord {
  const { audience, clientSecret } = access;
  if (audience === 'publishable' && clientSecret === undefined) {
    throw invalidRequest('Missing required param: client_secret.', {
      code: 'parameter_missing',
      param: 'client_secret',
    });
  }
  const intent = state.intents.get(id);
  if (!intent) throw noSuch('payment_intent', id, 'intent');
  if (clientSecret !== undefined && !sameText(clientSecret, intent.clientSecret)) {
    throw invalidRequest('The client_secret provided does not belong to this PaymentIntent.', {
      code: 'payment_intent_invalid_parameter',
      param: 'client_secret',
    });
  }
  return intent;
}

export function findCharge(state: State, id: string, param = 'charge'): ChargeRecord {
  const charge = state.charges.get(id);
  if (!charge) throw noSuch('charge', id, param);
  return charge;
}

export function findRefund(state: State, id: string): RefundRecord {
  const refund = state.refunds.get(id);
  if (!refund) throw noSuch('refund', id, 'refund');
  return refund;
}

export function findEvent(state: State, id: string): StoredEvent {
  const event = state.events.get(id);
  if (!event) throw noSuch('event', id, 'id');
  return event;
}

/** Of an id we wrote ourselves: its absence is our bug. */
export function paymentMethodOf(state: State, id: string): PaymentMethodRecord {
  const method = state.paymentMethods.get(id);
  if (!method) throw new Error(`the ledger lacks the payment method ${id}`);
  return method;
}
