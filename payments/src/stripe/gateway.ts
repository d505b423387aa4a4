import type Stripe from 'stripe';
import type { Intent } from '../domain/intent';
import type { CreateParameters } from '../domain/payment';
import { StripeFailure, toFailure } from './failure';
import { toIntent } from './intent-view';
import { underKey } from './same-key';

/** All we ask of Stripe. Every method rejects with StripeFailure when Stripe does not do it. */
export interface PaymentGateway {
  create(parameters: CreateParameters, key: string): Promise<Intent>;
  /** Undefined when Stripe does not know the id. */
  retrieve(intentId: string): Promise<Intent | undefined>;
  /** The intent whose metadata names the order, among those created since. */
  find(orderId: string, since: Date): Promise<Intent | undefined>;
  capture(intentId: string, key: string): Promise<Intent>;
  cancel(intentId: string, key: string): Promise<Intent>;
  /** Gives back all that was captured and not given back yet. */
  refund(intentId: string, orderId: string, key: string): Promise<void>;
}

/** The clocks of Stripe and ours may differ by this much. */
const CLOCK_SKEW_MS = 300_000;
const PAGE = 100;
/** Tells whether, and when, the card was held. */
const EXPAND = ['latest_charge'];

export function createGateway(stripe: Stripe): PaymentGateway {
  const { paymentIntents, refunds } = stripe;

  /** Refunds matter, and cost a request, only once money moved. */
  const withRefunds = async (intent: Stripe.PaymentIntent): Promise<Intent> => {
    if (intent.status !== 'succeeded') return toIntent(intent, []);
    const { data } = await refunds.list({ payment_intent: intent.id, limit: PAGE });
    return toIntent(intent, data);
  };

  return {
    create: (parameters, idempotencyKey) =>
      askedOnce(async () => toIntent(await paymentIntents.create(parameters, { idempotencyKey }), [])),

    retrieve: async (intentId) => {
      try {
        return await asked(async () =>
          withRefunds(await paymentIntents.retrieve(intentId, { expand: EXPAND })),
        );
      } catch (error) {
        if (error instanceof StripeFailure && error.status === 404) return undefined;
        throw error;
      }
    },

    find: (orderId, since) =>
      asked(async () => {
        const created = { gte: Math.floor((since.getTime() - CLOCK_SKEW_MS) / 1000) };
        const expand = EXPAND.map((name) => `data.${name}`);
        for await (const intent of paymentIntents.list({ created, limit: PAGE, expand })) {
          if (intent.metadata.orderId === orderId) return withRefunds(intent);
        }
        return undefined;
      }),

    capture: (intentId, idempotencyKey) =>
      askedOnce(async () => toIntent(await paymentIntents.capture(intentId, {}, { idempotencyKey }), [])),

    cancel: (intentId, idempotencyKey) =>
      askedOnce(async () =>
        toIntent(await paymentIntents.cancel(intentId, { expand: EXPAND }, { idempotencyKey }), []),
      ),

    refund: (intentId, orderId, idempotencyKey) =>
      askedOnce(async () => {
        await refunds.create({ payment_intent: intentId, metadata: { orderId } }, { idempotencyKey });
      }),
  };
}

/** For what goes under a key, which makes many requests one. */
const askedOnce = <T>(request: () => Promise<T>): Promise<T> => underKey(() => asked(request));

async function asked<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toFailure(error);
  }
}
