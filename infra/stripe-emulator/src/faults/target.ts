import { cardWithId } from '../domain/cards';
import type { Metadata } from '../domain/records';
import type { State } from '../ledger/state';

/** What a request or event is about, as far as faults are told apart by it. */
export interface Target {
  /** The name of the test card; undefined before one is known. */
  card: string | undefined;
  metadata: Metadata;
}

/** `given`: the parameters, which may name a card or metadata that the intent does not have yet. */
export function targetOf(state: State, intentId: string | undefined, given: unknown = {}): Target {
  const intent = intentId === undefined ? undefined : state.intents.get(intentId);
  const { payment_method: named, metadata } = given as { payment_method?: string; metadata?: Metadata };
  const methodId = named ?? intent?.paymentMethodId ?? undefined;
  const card =
    methodId === undefined
      ? undefined
      : (state.paymentMethods.get(methodId)?.card ?? cardWithId(methodId)?.name);
  return { card, metadata: intent?.metadata ?? metadata ?? {} };
}
